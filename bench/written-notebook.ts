import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NotebookApp } from './notebook-app.ts'

/** A notebook's file with these cells in the app's folder. */
export function writeNotebook(app: NotebookApp, name: string, cells: readonly object[]): void {
  const notebook = {
    cells,
    metadata: {
      kernelspec: { name: 'spcs', display_name: 'TypeScript', language: 'typescript' },
      language_info: { name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  writeFileSync(join(app.directory, name), JSON.stringify(notebook))
}

/** A cell of code that was never run. */
export function codeCell(id: string, source: string): object {
  return { id, cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }
}

/** Cells of which every tenth is a heading and every other one has printed something. */
export function mixedCells(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => {
    const source = mixedSource(index)
    const id = `cell-${index}`
    if (index % 10 === 9) return { id, cell_type: 'markdown', metadata: {}, source }
    const outputs =
      index % 2 === 0 ? [{ output_type: 'stream', name: 'stdout', text: `${index} rows\n` }] : []
    return { id, cell_type: 'code', metadata: {}, source, outputs, execution_count: index + 1 }
  })
}

/** The text of one of the mixed cells. */
export function mixedSource(index: number): string {
  if (index % 10 === 9) return `## Part ${(index + 1) / 10}\n\nWhat was measured on these days.`
  return [
    `const station${index} = { name: 'station ${index}', celsius: [${index}, ${index + 1}] }`,
    `function fahrenheit${index}(celsius: number): number {`,
    '  return celsius * 1.8 + 32',
    '}',
    `console.log(station${index}.celsius.map(fahrenheit${index}).length, 'rows')`,
  ].join('\n')
}

/** The notebook's page, for who signs in with it. */
export function notebookAddress({ url }: NotebookApp, name: string): string {
  const address = new URL(url)
  address.searchParams.set('notebook', name)
  return address.href
}
