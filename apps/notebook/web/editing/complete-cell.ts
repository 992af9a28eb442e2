import {
  pickedCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import type { EditorView } from '@codemirror/view'
import type { LanguageCompletion, LanguageCompletionItem } from '../../src/language/language.ts'
import { placeAt } from './cell-place.ts'
import type { LanguageClient, Place } from './language-client.ts'
import { markdownDom } from './markdown-dom.ts'

/** What TypeScript and the kernel know of what may follow. */
export async function completeCell(context: CompletionContext): Promise<CompletionResult | null> {
  const asked = placeAt(context.state, context.pos)
  if (asked === undefined) return null
  if (!context.explicit && context.matchBefore(/[\p{ID_Continue}$.#]$/u) === null) return null
  const { client, place } = asked
  const answer = await client.complete(place)
  if (answer === null || answer.items.length === 0) return null
  return {
    from: answer.from,
    to: answer.to,
    options: answer.items.map((item) => optionOf(item, answer, client, place)),
    validFor: /^[\p{ID_Continue}$]*$/u,
  }
}

/** The kind of what is offered, as a short word before it. */
export function kindBadge({ type }: Completion): HTMLElement {
  const badge = document.createElement('span')
  badge.className = 'language-kind'
  badge.textContent = KIND_WORDS[type ?? ''] ?? ''
  return badge
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  class: 'class',
  constant: 'const',
  enum: 'enum',
  function: 'fn',
  interface: 'type',
  keyword: 'key',
  method: 'fn',
  namespace: 'ns',
  property: 'prop',
  type: 'type',
  variable: 'var',
}

function optionOf(
  item: LanguageCompletionItem,
  answer: LanguageCompletion,
  client: LanguageClient,
  place: Place,
): Completion {
  const { label, kind, detail, sortText, replace } = item
  return {
    label,
    type: kind,
    ...(detail === undefined ? {} : { detail }),
    sortText: `${sortText ?? ''} ${label}`,
    ...(kind === 'keyword' ? {} : { info: () => documentation(item, answer, client, place) }),
    ...(replace === undefined ? {} : { apply: applyReplacement(replace) }),
  }
}

/** `place.` becomes `place?.city`: what is replaced begins before the word. */
function applyReplacement({ from, text }: NonNullable<LanguageCompletionItem['replace']>) {
  return (view: EditorView, completion: Completion, _from: number, to: number): void =>
    view.dispatch({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      annotations: pickedCompletion.of(completion),
      userEvent: 'input.complete',
    })
}

/** What would be said of the name if it stood there. */
async function documentation(
  { label, replace }: LanguageCompletionItem,
  { from, to }: LanguageCompletion,
  client: LanguageClient,
  { cellId, source }: Place,
): Promise<HTMLElement | null> {
  const { from: start, to: end, text } = replace ?? { from, to, text: label }
  const hover = await client.hover({
    cellId,
    source: source.slice(0, start) + text + source.slice(end),
    offset: start + text.length - label.length,
  })
  return hover === null ? null : markdownDom(hover.markdown)
}
