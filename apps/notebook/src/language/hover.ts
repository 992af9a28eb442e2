import type { CellLines, Range } from './cell-file.ts'
import type { Hover } from './language.ts'

/** The language server's answer. */
export interface FileHover {
  readonly contents: { readonly value: string } | string
  readonly range?: Range | undefined
}

export function readHover(found: FileHover | null, lines: CellLines, offset: number): Hover | null {
  if (found === null) return null
  const { contents, range } = found
  const markdown = readMarkdown(typeof contents === 'string' ? contents : contents.value)
  if (markdown === '') return null
  return { ...((range && lines.range(range)) ?? { from: offset, to: offset }), markdown }
}

/** The server's Markdown without what only files have: the import that a name of another cell comes by, and paths. */
export function readMarkdown(text: string): string {
  return text
    .replace(/^```typescript\n[\s\S]*?\n```/, (code) => code.replaceAll(/^\(alias\) /gm, ''))
    .replace(/^(```typescript\n[\s\S]*?)\nimport [\w$]+(?=\n```)/, '$1')
    .replaceAll(/\[([^\]]*)\]\(file:[^)]*\)/g, '`$1`')
    .trim()
}
