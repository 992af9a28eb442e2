import { highlightCode } from '@lezer/highlight'
import { parserOf, sourceHighlighter } from '../../../web/notebook/languages.ts'
import type { Cell } from '../../notebook/notebook.ts'
import { Markup } from './markup.ts'

/** Longer sources stay without colours. */
const MOST_COLOURED = 200_000

/** A cell's source in the colours that the page gives it. */
export function sourceHtml({ kind, source }: Cell): Markup {
  const parser = parserOf(kind)
  if (parser === undefined || source.length > MOST_COLOURED) {
    return Markup.element('pre', { class: 'source' }, source)
  }
  const pieces: (Markup | string)[] = []
  highlightCode(
    source,
    parser.parse(source),
    sourceHighlighter,
    (text, classes) =>
      void pieces.push(classes === '' ? text : Markup.element('span', { class: classes }, text)),
    () => void pieces.push('\n'),
  )
  return Markup.element('pre', { class: 'source' }, ...pieces)
}
