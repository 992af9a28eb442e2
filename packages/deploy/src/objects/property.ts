import { parseName, printName, quoteLiteral } from '@spcs/sql'
import { DeployError } from '../errors.ts'

/** SQL that stands for itself: an identifier, a list, a keyword. */
export interface RawSql {
  readonly sql: string
}

/** The value of an object's property; undefined leaves the property out. */
export type PropertyValue = string | number | boolean | RawSql | undefined

/** `NAME = value` for each property that is given, in the given order: text quoted, booleans TRUE or FALSE. */
export function printProperties(properties: Readonly<Record<string, PropertyValue>>): string[] {
  return Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} = ${printValue(value)}`],
  )
}

/** The parts that are there, joined by blanks. */
export function sentence(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ')
}

/** A name as typed, as it is typed best: `db.public."My Table"` → `DB.PUBLIC."My Table"`. */
export function printTypedName(name: string): string {
  return printName(parseName(name))
}

/**
 * The same for objects whose names must not need quotes.
 *
 * @throws {DeployError} `NAME_UNSUPPORTED` when one does.
 * @see https://docs.snowflake.com/en/sql-reference/sql/create-service
 */
export function printUnquotedName(name: string): string {
  const printed = printTypedName(name)
  if (!printed.includes('"')) return printed
  throw new DeployError(
    'NAME_UNSUPPORTED',
    `Cannot name an object ${printed}: it would need quotes`,
    {
      hint: 'Use letters, digits and _ for services, compute pools, image repositories and where they live',
    },
  )
}

/** `(A, B)` of names as typed. */
export function nameList(names: readonly string[]): RawSql {
  return { sql: `(${names.map(printTypedName).join(', ')})` }
}

/** `('a', 'b')` of texts. */
export function textList(texts: readonly string[]): RawSql {
  return { sql: `(${texts.map(quoteLiteral).join(', ')})` }
}

/** A name as typed where a property wants an identifier; undefined stays undefined. */
export function maybeName(name: string | undefined): RawSql | undefined {
  return name === undefined ? undefined : { sql: printTypedName(name) }
}

/** `LIKE '…' IN SCHEMA …`: the part of SHOW that looks for one object of a schema. */
export function likeInSchema(name: string): string {
  const parts = parseName(name)
  const schema = parts.slice(0, -1)
  return sentence(
    `LIKE ${quoteLiteral(parts.at(-1) ?? '')}`,
    schema.length > 0 && `IN SCHEMA ${printName(schema)}`,
  )
}

function printValue(value: string | number | boolean | RawSql): string {
  if (typeof value === 'object') return value.sql
  if (typeof value === 'string') return quoteLiteral(value)
  return String(value).toUpperCase()
}
