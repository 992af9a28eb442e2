import { CellLines, type Range } from './cell-file.ts'
import { IDENTIFIER } from './identifier.ts'
import type { LanguageCompletionItem } from './language.ts'

/** The language server's answer. */
export interface FileCompletion {
  readonly items: readonly FileCompletionItem[]
}

export interface FileCompletionItem {
  readonly label: string
  readonly kind?: number | undefined
  readonly sortText?: string | undefined
  readonly insertText?: string | undefined
  readonly textEdit?: { readonly range: Range; readonly newText: string } | undefined
}

/** An item and what the server knows it by. */
export type ReadItem = LanguageCompletionItem & { readonly entry: FileCompletionItem }

const MOST_ITEMS = 500

/** What may follow at an offset, in the order in which it is to be offered; what does not fit the word before is left out. */
export function readCompletion(
  found: FileCompletion | null,
  source: string,
  offset: number,
): { readonly from: number; readonly to: number; readonly items: readonly ReadItem[] } {
  const word = /#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(source.slice(0, offset))?.[0] ?? ''
  const from = offset - word.length
  const wanted = word.toLowerCase()
  const lines = new CellLines(source)
  const items = (found?.items ?? [])
    .filter(({ label }) => label.toLowerCase().startsWith(wanted) && !label.startsWith('cell-'))
    .flatMap((entry) => readItem(entry, lines, from, offset))
    .toSorted((a, b) => compare(a.sortText ?? '', b.sortText ?? '') || compare(a.label, b.label))
  return { from, to: offset, items: items.slice(0, MOST_ITEMS) }
}

/** Whether what stands before an offset asks for a member, as `x.na` does: then no name of another cell can follow. */
export function asksForMember(source: string, offset: number): boolean {
  return /(?:^|[^.])\.\s*#?[\p{ID_Continue}$]*$/u.test(source.slice(0, offset))
}

/** The type in one line, out of `(method) Number.toFixed(digits?: number): string` what follows the name. */
export function readDetail(resolved: unknown, label: string): string | undefined {
  const { detail } = (resolved ?? {}) as { detail?: unknown }
  if (typeof detail !== 'string') return undefined
  const [first = ''] = detail.split(/\n\s*import /)
  const line = first.replaceAll(/\s+/g, ' ').trim()
  const at = nameEnd(line, label)
  const type = at === -1 ? line : line.slice(at).replace(/^\??: /, '')
  return type === '' ? undefined : cut(type)
}

function nameEnd(line: string, label: string): number {
  for (let at = line.indexOf(label); at !== -1; at = line.indexOf(label, at + 1)) {
    const end = at + label.length
    if (
      !/[\p{ID_Continue}$]/u.test(line[at - 1] ?? '') &&
      !/[\p{ID_Continue}$.]/u.test(line[end] ?? '')
    )
      return end
  }
  return -1
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}

function readItem(
  entry: FileCompletionItem,
  lines: CellLines,
  from: number,
  to: number,
): ReadItem[] {
  const { label, kind, sortText, insertText, textEdit } = entry
  const item = { label, kind: KINDS[kind ?? 0] ?? 'variable', sortText: sortText ?? '', entry }
  const place = textEdit && lines.range(textEdit.range)
  const text = textEdit?.newText ?? insertText ?? label
  if (text === label && (place === undefined || place.from === from)) return [item]
  // `?.[my-key]` is no TypeScript.
  if (text.startsWith('?.[') && !/^\?\.\[["'`\d]/.test(text)) return []
  if (place === undefined && !IDENTIFIER.test(label)) return []
  return [{ ...item, replace: { ...(place ?? { from, to }), text } }]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The protocol's kinds in the words that the kernel's completions use. */
const KINDS: Readonly<Record<number, string>> = {
  2: 'method',
  3: 'function',
  4: 'class',
  5: 'property',
  6: 'variable',
  7: 'class',
  8: 'interface',
  9: 'namespace',
  10: 'property',
  13: 'enum',
  14: 'keyword',
  17: 'text',
  19: 'text',
  20: 'constant',
  21: 'constant',
  22: 'type',
  25: 'type',
}
