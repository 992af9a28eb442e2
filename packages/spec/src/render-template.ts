import { problemsError, type SpecProblem } from './errors.ts'
import { scanTemplate, type TemplateExpression } from './template-expressions.ts'
import type { TemplateValue } from './using.ts'

/**
 * Fills in the variables of a template: `{{ name }}`, `{{ name | default('x') }}` and, for values
 * that are empty too, `{{ name | default('x', true) }}`. Text goes in as it is, all else as JSON.
 *
 * @throws {SpecError} `TEMPLATE_VARIABLE_MISSING` with every variable that has neither value nor default.
 * @throws {SpecError} `TEMPLATE_INVALID` where the template holds anything else.
 */
export function renderTemplate(
  text: string,
  values: Readonly<Record<string, TemplateValue>>,
): string {
  const { expressions, problems } = scanTemplate(text)
  if (problems.length > 0)
    throw problemsError('TEMPLATE_INVALID', 'Cannot render template', problems)
  const missing: SpecProblem[] = []
  const parts: string[] = []
  let end = 0
  for (const expression of expressions) {
    const value = valueOf(expression, values)
    if (value === undefined) missing.push(missingVariable(expression))
    else parts.push(text.slice(end, expression.start), printValue(value))
    end = expression.end
  }
  if (missing.length > 0)
    throw problemsError('TEMPLATE_VARIABLE_MISSING', 'Cannot render template', missing)
  return parts.join('') + text.slice(end)
}

function printValue(value: TemplateValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function valueOf(
  { name, fallback }: TemplateExpression,
  values: Readonly<Record<string, TemplateValue>>,
): TemplateValue | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  const isMissing = value === undefined || (fallback?.isForEmpty === true && isEmpty(value))
  return isMissing ? fallback?.value : value
}

/** Empty as Jinja has it: nothing, zero, false, and texts, lists and maps with nothing in them. */
function isEmpty(value: TemplateValue): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === null || value === '' || value === 0 || value === false
}

function missingVariable({ name, line, column }: TemplateExpression): SpecProblem {
  return {
    path: '',
    message: `variable '${name}' has neither a value nor a default`,
    hint: `Add ${name} => '…' to USING`,
    line,
    column,
  }
}
