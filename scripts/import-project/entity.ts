import { CliError } from '../errors.ts'
import { isTable, maybeScalar, type Table } from './read-yaml.ts'

/** One entity that is read field by field; what nobody has read is told of in the end. */
export class Entity {
  readonly key: string
  readonly type: string
  readonly #fields: Table
  // Mixins are in the fields by now, and the order of a deploy is its own affair.
  readonly #read = new Set(['type', 'deploy_root', 'meta.use_mixins', 'meta.depends_on'])

  constructor(key: string, fields: Table) {
    this.key = key
    this.type = maybeScalar(fields['type']) ?? 'unknown'
    this.#fields = fields
  }

  maybeText(field: string): string | undefined {
    const value = this.#take(field)
    if (value === undefined || value === null) return undefined
    const text = maybeScalar(value)
    if (text !== undefined) return text
    throw this.invalid(field, 'text')
  }

  text(field: string): string {
    const value = this.maybeText(field)
    if (value === undefined) throw this.invalid(field, 'text')
    return value
  }

  /** A number, also one that a template left as text. */
  maybeWhole(field: string): number | undefined {
    const text = this.maybeText(field)
    if (text === undefined) return undefined
    if (/^\d+$/.test(text)) return Number(text)
    throw this.invalid(field, 'a whole number')
  }

  maybeFlag(field: string): boolean | undefined {
    const text = this.maybeText(field)?.toLowerCase()
    if (text === undefined) return undefined
    if (text === 'true' || text === 'false') return text === 'true'
    throw this.invalid(field, 'true or false')
  }

  list(field: string): readonly unknown[] {
    const value = this.#take(field)
    if (value === undefined || value === null) return []
    if (Array.isArray(value)) return value
    throw this.invalid(field, 'a list')
  }

  /** What a table has at a key; the rest of the table stays unread. */
  maybeTextIn(field: string, key: string): string | undefined {
    const table = this.#fields[field]
    const text = maybeScalar(isTable(table) ? table[key] : undefined)
    if (text !== undefined) this.#read.add(`${field}.${key}`)
    return text
  }

  /** Name, schema and database of the identifier, as far as it has them; the entity's key is its last resort. */
  identifier(): { readonly name: string; readonly schema?: string; readonly database?: string } {
    const value = this.#take('identifier')
    const [name = this.key, schema, database] = isTable(value)
      ? [value['name'], value['schema'], value['database']].map(maybeScalar)
      : (maybeScalar(value) ?? this.key).split('.').toReversed()
    return {
      name,
      ...(schema !== undefined && { schema }),
      ...(database !== undefined && { database }),
    }
  }

  /** `tags: [{"name":"t"}]` for each field that has been given and not read. */
  unread(): string[] {
    return Object.entries(this.#fields).flatMap(([field, value]) => {
      if (this.#read.has(field)) return []
      if (!isTable(value)) return [`${field}: ${JSON.stringify(value)}`]
      const rest = Object.entries(value).filter(([key]) => !this.#read.has(`${field}.${key}`))
      return rest.map(([key, one]) => `${field}.${key}: ${JSON.stringify(one)}`)
    })
  }

  invalid(field: string, wanted: string): CliError {
    return new CliError(
      'CONFIG_INVALID',
      `Cannot import ${this.type} "${this.key}": ${field} is not ${wanted}`,
      { hint: `Correct ${field} of this entity` },
    )
  }

  #take(field: string): unknown {
    this.#read.add(field)
    return this.#fields[field]
  }
}

/** The field with its value, or nothing where there is none. */
export function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value })
}
