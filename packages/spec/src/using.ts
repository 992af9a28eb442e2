import { SpecError } from './errors.ts'

/** A value for a template's variable: anything that JSON can say. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue }

const VARIABLE = /^[A-Za-z_]\w*$/
const PLAIN = /^[A-Za-z0-9]+$/

/**
 * The USING clause of CREATE SERVICE and ALTER SERVICE: `USING (image => '"/db/s/r/n:t"')`. Empty
 * when there are no values, as Snowflake takes no empty clause.
 *
 * @throws {SpecError} `USING_INVALID` for a key that no template can name, or a number without JSON.
 */
export function printUsing(values: Readonly<Record<string, TemplateValue>>): string {
  const pairs = Object.entries(values).map(([name, value]) => {
    if (!VARIABLE.test(name)) {
      throw new SpecError(
        'USING_INVALID',
        `Cannot write USING: "${name}" is no name of a variable`,
        {
          hint: 'Use letters, digits and _ after a letter or _',
        },
      )
    }
    return `${name} => ${quote(toJson(name, value))}`
  })
  return pairs.length === 0 ? '' : `USING (${pairs.join(', ')})`
}

/**
 * One value of a USING clause, given the text inside its quotes: JSON, or letters and digits alone.
 *
 * @throws {SpecError} `USING_INVALID` when it is neither.
 */
export function decodeUsingValue(text: string): TemplateValue {
  try {
    const value: TemplateValue = JSON.parse(text)
    // 1.10 and numbers beyond 2^53 must reach the template as they were written.
    return typeof value === 'number' && String(value) !== text ? text : value
  } catch (cause) {
    if (PLAIN.test(text)) return text
    throw new SpecError(
      'USING_INVALID',
      `Cannot read USING value "${text}": neither letters and digits nor JSON`,
      {
        hint: `Write it as JSON in single quotes: ${quote(JSON.stringify(text))}`,
        cause,
      },
    )
  }
}

function toJson(name: string, value: TemplateValue): string {
  return JSON.stringify(value, (_, part: TemplateValue) => {
    if (typeof part !== 'number' || Number.isFinite(part)) return part
    throw new SpecError(
      'USING_INVALID',
      `Cannot write USING: "${name}" holds ${part}, which JSON cannot say`,
      {
        hint: 'Pass a finite number or a text',
      },
    )
  })
}

/** A SQL string in single quotes: backslashes are doubled, as SQL reads them before JSON does. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
