import type { Cell } from '../../src/notebook/notebook.ts'

export interface Heading {
  readonly level: number
  readonly text: string
}

/** The headings of a Markdown text, as the rendered text has them: `# …`, or a line that is underlined. */
export function findHeadings(source: string): readonly Heading[] {
  const headings: Heading[] = []
  let fence: string | undefined
  let before = ''
  for (const line of source.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined
      continue
    }
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line)
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1]
    if (mark !== undefined) fence = mark
    else if (atx !== null) {
      headings.push({ level: atx[1]?.length ?? 1, text: plainText(atx[2] ?? '') })
    } else if (underline !== undefined && isParagraph(before)) {
      headings.push({ level: underline.startsWith('=') ? 1 : 2, text: plainText(before) })
    }
    before = atx === null && underline === undefined && mark === undefined ? line : ''
  }
  return headings
}

/** A line that an underline makes a heading; not one of a list, a table or a quotation. */
function isParagraph(line: string): boolean {
  return line.trim() !== '' && !/^(?: {4}|\t|\s*(?:[-*+>|]|\d+[.)])(?:\s|$))/.test(line)
}

/** Without the marks of Markdown: what is read, not how it looks. */
function plainText(text: string): string {
  return text
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*_~`]+([^*_~`]+)[*_~`]+/g, '$1')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .trim()
}

const headings = new WeakMap<Cell, readonly Heading[]>()

/** The headings of a cell; a cell that is not Markdown has none. */
export function headingsOf(cell: Cell): readonly Heading[] {
  if (cell.kind !== 'markdown') return []
  let found = headings.get(cell)
  if (found === undefined) {
    found = findHeadings(cell.source)
    headings.set(cell, found)
  }
  return found
}

/** JupyterLab's mark of a heading whose section is not shown, and the older one of other pages. */
const COLLAPSED_KEYS = ['jp-MarkdownHeadingCollapsed', 'heading_collapsed']

export function isSectionCollapsed(cell: Cell): boolean {
  return headingsOf(cell).length > 0 && COLLAPSED_KEYS.some((key) => cell.metadata[key] === true)
}

export function withSectionCollapsed(cell: Cell, isCollapsed: boolean): Cell['metadata'] {
  const rest = Object.fromEntries(
    Object.entries(cell.metadata).filter(([key]) => !COLLAPSED_KEYS.includes(key)),
  )
  if (!isCollapsed) return rest
  return { ...rest, ...Object.fromEntries(COLLAPSED_KEYS.map((key) => [key, true])) }
}

/** The cell with the heading that this cell stands under; itself when it has one. */
export function sectionOf(cells: readonly Cell[], at: number): Cell | undefined {
  return cells.slice(0, at + 1).findLast((cell) => headingsOf(cell).length > 0)
}

const hidden = new WeakMap<readonly Cell[], ReadonlyMap<string, string>>()

/** The cells that are not shown: each with the cell whose collapsed heading it stands under. */
export function hiddenCells(cells: readonly Cell[]): ReadonlyMap<string, string> {
  let found = hidden.get(cells)
  if (found === undefined) {
    found = findHidden(cells)
    hidden.set(cells, found)
  }
  return found
}

function findHidden(cells: readonly Cell[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let under: { readonly id: string; readonly level: number } | undefined
  for (const cell of cells) {
    const level = headingsOf(cell)[0]?.level
    if (under !== undefined && level !== undefined && level <= under.level) under = undefined
    if (under !== undefined) found.set(cell.id, under.id)
    else if (level !== undefined && isSectionCollapsed(cell)) under = { id: cell.id, level }
  }
  return found
}

export interface OutlineEntry {
  readonly cellId: string
  /** Which heading of its cell; -1 for a cell's first line. */
  readonly index: number
  readonly level: number
  readonly text: string
}

/** What the outline shows: headings, and between them, if wanted, the first lines of the other cells. */
export function outlineOf(cells: readonly Cell[], withCode: boolean): readonly OutlineEntry[] {
  let level = 0
  return cells.flatMap((cell): OutlineEntry[] => {
    const own = headingsOf(cell)
    level = own.at(-1)?.level ?? level
    if (own.length > 0) {
      return own.map((heading, index) => ({ cellId: cell.id, index, ...heading }))
    }
    if (!withCode || cell.kind === 'markdown' || cell.kind === 'raw') return []
    const text = cell.source.split('\n').find((line) => line.trim() !== '') ?? ''
    return text === '' ? [] : [{ cellId: cell.id, index: -1, level: level + 1, text: text.trim() }]
  })
}
