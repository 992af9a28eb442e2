import { serviceSpec } from './definition/service-spec.ts'
import type { SpecProblem } from './errors.ts'
import { readDocument } from './reading/read-document.ts'
import { PLACEHOLDER } from './reading/reading.ts'
import { scanTemplate, type TemplateExpression } from './template-expressions.ts'

/** What a check of a template found. */
export interface CheckedTemplate {
  /** Its variables, each once, in the order of the text. */
  readonly variables: readonly TemplateVariable[]
  readonly problems: readonly SpecProblem[]
  readonly warnings: readonly SpecProblem[]
}

export interface TemplateVariable {
  readonly name: string
  /** Whether each use has a default, so that USING may leave the variable out. */
  readonly hasDefault: boolean
  /** Line and column of its first use, from 1. */
  readonly line: number
  readonly column: number
}

/**
 * Checks a specification template before it is rendered: everything but the values of its variables.
 * An expression in quotes stands for text, a bare one for anything.
 */
export function checkTemplate(text: string): CheckedTemplate {
  const { expressions, problems: faults } = scanTemplate(text)
  if (faults.length > 0) {
    return { variables: variablesOf(expressions), problems: faults, warnings: [] }
  }
  const filled = expressions.reduce(fillIn, text)
  const { problems, warnings } = readDocument(filled, serviceSpec, text)
  return { variables: variablesOf(expressions), problems, warnings }
}

/** Same length, so that every place keeps its line and column. */
function fillIn(text: string, { start, end }: TemplateExpression): string {
  return text.slice(0, start) + PLACEHOLDER.repeat(end - start) + text.slice(end)
}

function variablesOf(expressions: readonly TemplateExpression[]): TemplateVariable[] {
  const variables = new Map<string, TemplateVariable>()
  for (const { name, line, column, fallback } of expressions) {
    const first = variables.get(name)
    const hasDefault = fallback !== undefined && (first?.hasDefault ?? true)
    variables.set(name, {
      name,
      hasDefault,
      line: first?.line ?? line,
      column: first?.column ?? column,
    })
  }
  return [...variables.values()]
}
