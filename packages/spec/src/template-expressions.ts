import { LineCounter } from 'yaml'

import type { SpecProblem } from './errors.ts'
import { locate } from './reading/reading.ts'
import type { TemplateValue } from './using.ts'

/** A variable at one place of a template: `{{ name | default('x', true) }}`. */
export interface TemplateExpression {
  readonly name: string
  /** Where it begins and ends in the text. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly fallback?: TemplateFallback
}

export interface TemplateFallback {
  readonly value: TemplateValue
  /** Whether it also stands in for an empty value, not only for a missing one. */
  readonly isForEmpty: boolean
}

export interface ScannedTemplate {
  readonly expressions: readonly TemplateExpression[]
  readonly problems: readonly SpecProblem[]
}

const LITERAL = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse`
const FILTER = String.raw`\|\s*(?<filter>[A-Za-z_]\w*)\s*(?:\(\s*(?<fallback>${LITERAL})\s*(?:,\s*(?<forEmpty>[Tt]rue|[Ff]alse)\s*)?\)\s*)?`
const EXPRESSION = new RegExp(String.raw`\{\{\s*(?<name>[A-Za-z_]\w*)\s*(?:${FILTER})?\}\}`, 'ys')
const OPENING = /\{[{%#]/g

/**
 * Finds the variables of a template. Snowflake documents variables and `default` alone, so anything
 * else that Jinja knows is a problem.
 */
export function scanTemplate(text: string): ScannedTemplate {
  const lines = lineCounterOf(text)
  const expressions: TemplateExpression[] = []
  const problems: SpecProblem[] = []
  const opening = new RegExp(OPENING)
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const start = found.index
    const at = locate(lines, start)
    EXPRESSION.lastIndex = start
    const match = EXPRESSION.exec(text)
    const { name, filter, fallback, forEmpty } = match?.groups ?? {}
    if (match === null || name === undefined || (filter !== undefined && filter !== 'default')) {
      const [message, hint] = explain(text.slice(start), filter)
      problems.push({ path: '', message, hint, ...at })
      opening.lastIndex = endOfTag(text, start)
      continue
    }
    if (filter !== undefined && fallback === undefined) {
      const hint = `Write {{ ${name} | default('…') }}`
      problems.push({ path: '', message: "filter 'default' has no value", hint, ...at })
    }
    const end = start + match[0].length
    expressions.push({
      name,
      start,
      end,
      ...at,
      ...(fallback !== undefined && {
        fallback: { value: literalValue(fallback), isForEmpty: forEmpty?.toLowerCase() === 'true' },
      }),
    })
    opening.lastIndex = end
  }
  return { expressions, problems }
}

function explain(
  tag: string,
  filter: string | undefined,
): readonly [message: string, hint: string] {
  const hint = "Write {{ name }} or {{ name | default('value') }}, and give the value with USING"
  if (tag.startsWith('{#'))
    return ['template comments are not supported', 'Write a YAML comment with #']
  if (tag.startsWith('{%')) {
    const statement = /^\{%[-+]?\s*(\w+)/.exec(tag)?.[1]
    return [`template statement '${statement ?? tag.slice(0, 10)}' is not supported`, hint]
  }
  if (filter !== undefined) return [`template filter '${filter}' is not supported`, hint]
  const [line = tag] = tag.split('\n')
  const end = line.indexOf('}}')
  if (end === -1) return ["template expression has no end '}}'", hint]
  return [`template expression '${line.slice(0, end + 2)}' is not supported`, hint]
}

/** Where a tag that is not understood ends, so that scanning goes on behind it. */
function endOfTag(text: string, start: number): number {
  const closing = { '{{': '}}', '{%': '%}', '{#': '#}' }[text.slice(start, start + 2)] ?? '}}'
  const end = text.indexOf(closing, start)
  return end === -1 ? start + 2 : end + 2
}

function literalValue(literal: string): TemplateValue {
  if (/^['"]/.test(literal)) {
    return literal
      .slice(1, -1)
      .replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
  }
  return /^[tf]/i.test(literal) ? literal.toLowerCase() === 'true' : Number(literal)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function lineCounterOf(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1)
  return lines
}
