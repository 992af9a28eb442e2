import { javascript } from '@codemirror/lang-javascript'
import { markdown } from '@codemirror/lang-markdown'
import { sql } from '@codemirror/lang-sql'
import { HighlightStyle, type Language } from '@codemirror/language'
import { type Extension, Prec } from '@codemirror/state'
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { snowflakeDialect } from './snowflake-dialect.ts'
import {
  type ColouredSpan,
  expressionSpans,
  sqlExpressions,
  withExpressions,
} from './sql-expressions.ts'

const typescript = javascript({ typescript: true })
const snowflake = sql({ dialect: snowflakeDialect })
const prose = markdown()

export function languageOf(kind: CellKind): Extension {
  switch (kind) {
    case 'typescript':
      return typescript
    case 'sql':
      // What has precedence is inside of the others, and its colour holds.
      return [snowflake, Prec.highest(sqlExpressions(sourceHighlighter))]
    case 'markdown':
      return prose
    case 'raw':
      return []
  }
}

/** The colours of a whole source: spans in order, none over another. */
export function coloursOf(kind: CellKind, source: string): readonly ColouredSpan[] {
  const parser = parserOf(kind)
  const spans: ColouredSpan[] = []
  if (parser === undefined) return spans
  highlightTree(parser.parse(source), sourceHighlighter, (from, to, classes) => {
    spans.push({ from, to, classes })
  })
  if (kind !== 'sql') return spans
  return withExpressions(spans, expressionSpans(source, sourceHighlighter))
}

export function parserOf(kind: CellKind): Language['parser'] | undefined {
  switch (kind) {
    case 'typescript':
      return typescript.language.parser
    case 'sql':
      return snowflake.language.parser
    case 'markdown':
      return prose.language.parser
    case 'raw':
      return undefined
  }
}

export const KIND_NAMES: Readonly<Record<CellKind, string>> = {
  typescript: 'TypeScript',
  sql: 'SQL',
  markdown: 'Markdown',
  raw: 'Raw',
}

const STYLES = [
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: 'tok-keyword' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: 'tok-string' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: 'tok-number' },
  { tag: tags.comment, class: 'tok-comment' },
  {
    tag: [tags.typeName, tags.className, tags.namespace, tags.standard(tags.name)],
    class: 'tok-type',
  },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    class: 'tok-function',
  },
  // In SQL `@stage` and `$variable`.
  {
    tag: [tags.propertyName, tags.attributeName, tags.special(tags.name)],
    class: 'tok-property',
  },
  { tag: tags.heading, class: 'tok-heading' },
  { tag: tags.emphasis, class: 'tok-emphasis' },
  { tag: tags.strong, class: 'tok-strong' },
  { tag: [tags.link, tags.url], class: 'tok-link' },
  { tag: [tags.processingInstruction, tags.meta], class: 'tok-meta' },
]

/** One look in the editor and out of it: class names, coloured by the page's own style sheet. */
export const sourceStyle: HighlightStyle = HighlightStyle.define(STYLES)
export const sourceHighlighter = tagHighlighter(STYLES)
