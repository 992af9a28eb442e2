import { javascript } from '@codemirror/lang-javascript'
import { RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { highlightTree, type Highlighter } from '@lezer/highlight'
import { sqlTokens } from './sql-tokens.ts'

/** A piece of a source and the classes that colour it. */
export interface ColouredSpan {
  readonly from: number
  readonly to: number
  readonly classes: string
}

/** Around what stands in `${…}`: SQL's own colours end there. */
const EXPRESSION = 'sql-expression'

const typescript = javascript({ typescript: true }).language.parser

/** The colours of the TypeScript in the `${…}` of SQL; each expression has a span of its own around the others. */
export function expressionSpans(source: string, highlighter: Highlighter): ColouredSpan[] {
  if (!source.includes('${')) return []
  return sqlTokens(source)
    .filter(({ kind }) => kind === 'expression')
    .flatMap(({ start, end, text }) => {
      const from = start + 2
      const inside = text.slice(2, text.endsWith('}') ? -1 : undefined)
      const spans: ColouredSpan[] = [{ from: start, to: end, classes: EXPRESSION }]
      highlightTree(typescript.parse(inside), highlighter, (first, last, classes) => {
        spans.push({ from: from + first, to: from + last, classes })
      })
      return spans
    })
}

/** Colours them in an editor, inside of what its SQL is coloured in. */
export function sqlExpressions(
  highlighter: Highlighter,
): ViewPlugin<{ decorations: DecorationSet }> {
  const decorate = ({ state }: EditorView): DecorationSet => {
    const builder = new RangeSetBuilder<Decoration>()
    for (const { from, to, classes } of expressionSpans(state.doc.toString(), highlighter)) {
      builder.add(from, to, Decoration.mark({ class: classes }))
    }
    return builder.finish()
  }
  return ViewPlugin.define(
    (view) => ({
      decorations: decorate(view),
      update(update: ViewUpdate) {
        if (update.docChanged) this.decorations = decorate(update.view)
      },
    }),
    { decorations: (plugin) => plugin.decorations },
  )
}

/** Spans of SQL with those of its expressions in their place, in order and none over another. */
export function withExpressions(
  sql: readonly ColouredSpan[],
  expressions: readonly ColouredSpan[],
): ColouredSpan[] {
  const around = expressions.filter(({ classes }) => classes === EXPRESSION)
  const isOutside = ({ from, to }: ColouredSpan): boolean =>
    around.every((expression) => to <= expression.from || from >= expression.to)
  const inside = expressions.filter(({ classes }) => classes !== EXPRESSION)
  return [...sql.filter(isOutside), ...inside].toSorted((a, b) => a.from - b.from)
}
