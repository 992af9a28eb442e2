import type { ImportedCell } from './import-notebook.ts'

/** A line that begins a cell in scripts, as VS Code and jupytext know it: `// %% title [markdown]`. */
const MARK = /^[ \t]*\/\/ ?%%(.*)$/m

/** A script as cells: one for each `// %%`, or one for all of it. */
export function importScript(text: string): readonly ImportedCell[] {
  const [first = '', ...rest] = text.split(new RegExp(MARK.source, 'gm'))
  const cells: ImportedCell[] = first.trim() === '' ? [] : [{ kind: 'typescript', source: first }]
  for (let at = 0; at < rest.length; at += 2) {
    const [title = '', source = ''] = [rest[at], rest[at + 1]]
    if (/\[(?:markdown|md)\]/i.test(title)) {
      cells.push({ kind: 'markdown', source: withoutComments(source) })
    } else if (source.trim() !== '') cells.push({ kind: 'typescript', source })
  }
  return cells
}

function withoutComments(source: string): string {
  return source
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\s*\/\/ ?/, ''))
    .join('\n')
}
