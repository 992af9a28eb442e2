import { STYLE } from './printed-text.ts'

/** Lines of one kind that stand together: those of tables are as wide as they are, others wrap. */
export interface PrintedBlock {
  readonly isTable: boolean
  readonly lines: readonly string[]
}

const ROW = /^\s*(?:\|.*\||[│║┃├┌└╞╔╠╚╟╭╰┏┣┗].*)\s*$/
const RULE = /^\s*\+?[-=]{3,}(?:[+\s][-=]+)*\+?\s*$/

/** Tables apart from what is printed around them: rows of `|…|` or drawn ones, with the rules over, between and below. */
export function splitTables(lines: readonly string[]): PrintedBlock[] {
  const blocks: { isTable: boolean; lines: string[] }[] = []
  for (const [start, end, isTable] of runs(lines)) {
    const last = blocks.at(-1)
    if (last?.isTable === isTable) last.lines.push(...lines.slice(start, end))
    else blocks.push({ isTable, lines: lines.slice(start, end) })
  }
  return blocks
}

/** A run of rows and rules is a table if there is a row in it: rules alone part paragraphs. */
function* runs(
  lines: readonly string[],
): Generator<[start: number, end: number, isTable: boolean]> {
  const kinds = lines.map(kindOf)
  for (let start = 0, end = 0; start < lines.length; start = end) {
    const isText = kinds[start] === 'text'
    for (end = start + 1; end < lines.length && (kinds[end] === 'text') === isText;) end++
    yield [start, end, kinds.slice(start, end).includes('row')]
  }
}

function kindOf(line: string): 'row' | 'rule' | 'text' {
  const plain = line.includes('\x1b') ? line.replaceAll(STYLE, '') : line
  if (ROW.test(plain)) return 'row'
  return RULE.test(plain) ? 'rule' : 'text'
}
