import type { Cell, Notebook } from '../notebook/notebook.ts'
import { languageName } from './language-name.ts'

/** What is other here than where a cell comes from, in words that follow "Cell 3". */
export interface Conversion {
  readonly cellId: string
  /** From 1, in the notebook's order. */
  readonly number: number
  readonly text: string
}

/** Everything about a notebook's cells that a reader should know who comes from another program. */
export function conversionsOf({ cells }: Notebook): readonly Conversion[] {
  return cells.flatMap((cell, at) => {
    const text = maybeConversion(cell)
    return text === undefined ? [] : [{ cellId: cell.id, number: at + 1, text }]
  })
}

function maybeConversion(cell: Cell): string | undefined {
  const { kind, source, language, magic } = cell
  if (language !== undefined) {
    return `is written in ${languageName(cell)}, which does not run here. It stays in the file as it is`
  }
  if (kind === 'sql') {
    const [reference] = /\{\{[^{}\n]*\}\}/.exec(source) ?? []
    if (reference !== undefined) {
      return `names another cell by ${reference}, which is not filled in here: write its statement in brackets, or a value as \${…}`
    }
    return magic === undefined
      ? undefined
      : `is SQL by its line "${magic}", which stays in the file`
  }
  return kind === 'typescript' ? maybeForeignCode(source) : undefined
}

const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [
    /\bfrom\s*['"]tslab['"]|\brequire\(\s*['"]tslab['"]/,
    'uses tslab: here `display` and `display.html` are there without it',
  ],
  [/(?<![\w.$])Deno\.jupyter\b/, 'uses Deno.jupyter: here it is `display` and `display.html`'],
  [/(?<![\w.$])Deno\.\w/, 'uses Deno, which is not here: Node has what it needs'],
  [
    /(?<![\w.$])\$\$\.(?:html|svg|png|mime|async|done|sendResult)\b/,
    'uses $$ of IJavascript: here it is `display` and `await`',
  ],
  [/['"]npm:[^'"]+['"]/, 'imports an "npm:" address: install the package and leave the prefix out'],
  [
    /\bfrom\s*['"](?:jsr:|https?:)|\bimport\(\s*['"](?:jsr:|https?:)/,
    'imports from an address, which Node does not: install the package instead',
  ],
]

function maybeForeignCode(source: string): string | undefined {
  return FOREIGN.find(([pattern]) => pattern.test(source))?.[1]
}
