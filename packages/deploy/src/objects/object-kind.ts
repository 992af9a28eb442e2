import { parseName } from '@spcs/sql'

/** A row of SHOW or DESCRIBE: lower-case column names. */
export type ShownRow = Readonly<Record<string, unknown>>

/** A change to an object that is there already. */
export interface Alteration {
  readonly sql: string
  /** What differs: `max_nodes is 1, not 2`. */
  readonly why: string
  /** True when something is lost that the deploy does not bring back. */
  readonly destructive?: boolean
}

/** What planning has to know of a kind of object; every file of this folder that plans makes one. */
export interface ObjectKind<T> {
  /** Snowflake's word: `compute pool`. */
  readonly kind: string
  name(object: T): string
  /** The SHOW that finds the object among others. */
  showSql(object: T): string
  /** True when a row of that SHOW is the object; the default is {@link isRowOf}. */
  isShown?(object: T, row: ShownRow): boolean
  /** A further DESCRIBE whose one row is laid over that of SHOW. */
  describeSql?(object: T): string
  createSql(object: T): string
  /** What must change at the object that the row describes; empty when nothing. */
  alterations(object: T, row: ShownRow): readonly Alteration[]
}

/** True when a row of SHOW is the object of this name; LIKE takes `_` for any character, so it must be asked. */
export function isRowOf(name: string, row: ShownRow): boolean {
  const parts = parseName(name)
  const shown = [row['database_name'], row['schema_name'], row['name']].slice(-parts.length)
  return parts.every((part, index) => shown[index] === undefined || shown[index] === part)
}

/** A wanted value beside the one that is shown. */
export interface Difference {
  readonly property: string
  readonly shown: unknown
  readonly wanted: unknown
}

/** The properties that are wanted and shown otherwise; an undefined wish is no wish. */
export function differences(
  wanted: Readonly<Record<string, string | number | boolean | undefined>>,
  row: ShownRow,
): Difference[] {
  return Object.entries(wanted).flatMap(([property, value]) => {
    const shown = row[property]
    if (value === undefined || asText(shown) === asText(value)) return []
    return [{ property, shown, wanted: value }]
  })
}

/** `max_nodes is 1, not 2; comment is "", not "x"`. */
export function explain(found: readonly Difference[]): string {
  return found
    .map(({ property, shown, wanted }) => `${property} is ${quoted(shown)}, not ${quoted(wanted)}`)
    .join('; ')
}

/** SHOW gives numbers and flags as numbers, booleans or text, depending on the command. */
function asText(value: unknown): string {
  return textOf(value).toLowerCase()
}

/** A cell as text; SQL NULL is empty. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : textOf(value) || 'unset'
}
