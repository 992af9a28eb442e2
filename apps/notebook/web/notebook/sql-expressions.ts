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
import { isKeyword } from './snowflake-dialect.ts'
import { aliasesIn } from './sql-aliases.ts'
import { sqlTokens } from './sql-tokens.ts'

/** A piece of a source and the classes that colour it. */
export interface ColouredSpan {
  readonly from: number
  readonly to: number
  readonly classes: string
}

/** Around what stands in `${…}`: SQL's own colours end there. */
const EXPRESSION = 'sql-expression'
/** Around a name that SQL alone would take for a keyword. */
const NAME = 'sql-name'

const typescript = javascript({ typescript: true }).language.parser

/**
 * What SQL is not coloured by its own words: the TypeScript in its `${…}`, each with a span of its own around the others,
 * and names that are given by AS.
 */
export function expressionSpans(source: string, highlighter: Highlighter): ColouredSpan[] {
  const tokens = sqlTokens(source)
  const names = aliasesIn(tokens)
    .filter(({ text }) => isKeyword(text))
    .map(({ start, end }): ColouredSpan => ({ from: start, to: end, classes: NAME }))
  const expressions = tokens
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
  return [...names, ...expressions].toSorted((one, other) => one.from - other.from)
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
  const around = expressions.filter(isAround)
  const isOutside = ({ from, to }: ColouredSpan): boolean =>
    around.every((expression) => to <= expression.from || from >= expression.to)
  const inside = expressions.filter((span) => !isAround(span))
  return [...sql.filter(isOutside), ...inside].toSorted((a, b) => a.from - b.from)
}

function isAround({ classes }: ColouredSpan): boolean {
  return classes === EXPRESSION || classes === NAME
}
