import { type ErrorCode, LineCounter, parseDocument, type YAMLError } from 'yaml'

import type { SpecProblem } from '../errors.ts'
import type { Shape } from '../shapes/shape.ts'
import { ROOT } from './place.ts'
import { type Reading, startReading } from './reading.ts'

export interface ReadDocument<T> {
  readonly value: T | undefined
  readonly problems: readonly SpecProblem[]
  readonly warnings: readonly SpecProblem[]
}

/**
 * Reads a YAML or JSON text by a shape.
 *
 * @param written The text as its author wrote it, where `text` has placeholders of the same length.
 */
export function readDocument<T>(
  text: string,
  shape: Shape<T>,
  written: string = text,
): ReadDocument<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
  })
  const reading = startReading(written, document, lines)
  for (const error of document.errors) reportSyntax(error, written, reading)
  for (const warning of document.warnings) {
    reading.warn({ ...ROOT, offset: warning.pos[0] }, warning.message)
  }
  // Past a syntax error the tree is not what the author meant; a key that stands twice harms nothing.
  const isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
  const value = isReadable
    ? shape.read(reading.resolve(document.contents), ROOT, reading)
    : undefined
  if (isReadable) reading.names.settle()
  return { value, problems: inOrder(reading.problems), warnings: inOrder(reading.warnings) }
}

function reportSyntax(error: YAMLError, written: string, reading: Reading): void {
  const [offset] = error.pos
  const message =
    error.code === 'MULTIPLE_DOCS' ? 'the text holds more than one document' : error.message
  reading.problem({ ...ROOT, offset }, message, syntaxHint(error, written.slice(offset)))
}

function syntaxHint(error: YAMLError, rest: string): string | undefined {
  if (rest.startsWith('{{')) return 'Render the template first, or put the expression in quotes'
  return SYNTAX_HINTS[error.code]
}

const SYNTAX_HINTS: Partial<Record<ErrorCode, string>> = {
  BAD_SCALAR_START: 'Put the value in double quotes',
  DUPLICATE_KEY: 'Delete one of the two',
  MULTIPLE_DOCS: 'Keep one document, without a second ---',
  TAB_AS_INDENT: 'Indent with spaces',
}

function inOrder(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column)
}
