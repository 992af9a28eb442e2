import { parseName } from '@spcs/sql'
import type { GrantTarget } from './grant.ts'
import type { Loss } from './loss.ts'

/** A row of SHOW or DESCRIBE: lower-case column names. */
export type ShownRow = Readonly<Record<string, unknown>>

/** A value that an object has, beside the one that it is to have. */
export interface Difference {
  /** In the configuration's words: `minInstances`, `containers.api.resources.limits.memory`. */
  readonly field: string
  /** Undefined, null or empty where there is none. */
  readonly shown: unknown
  readonly wanted: unknown
  /** What it means, where the values alone do not say: `image moved`. */
  readonly note?: string | undefined
}

/** A change to an object that is there already. */
export interface Alteration {
  /** Default `alter`; an object that cannot be altered is dropped and created. */
  readonly kind?: 'drop' | 'create'
  readonly sql: string
  readonly differences: readonly Difference[]
  /** What is lost by it, and who may allow that. */
  readonly loss?: Loss | undefined
  /** The grants on the object go, and are given again. */
  readonly dropsGrants?: true
  /** It has to wait until the service is ready. */
  readonly onceReady?: true
}

/** What planning has to know of a kind of object; every file of this folder that plans makes one. */
export interface ObjectKind<T> {
  /** Snowflake's word: `compute pool`. */
  readonly kind: string
  name(object: T): string
  /** Further objects that must be there before, as `compute pool P`; its database need not be named. */
  needs?(object: T): readonly string[]
  /** True for what is changed only when the services run that it needs. */
  readonly onceReady?: true
  /** The SHOW that finds the object among others. */
  showSql(object: T): string
  /** True when a row of that SHOW is the object; the default is {@link isRowOf}. */
  isShown?(object: T, row: ShownRow): boolean
  /** A further DESCRIBE; its row, or its list of properties, is laid over that of SHOW. */
  describeSql?(object: T): string
  /** The SHOW of the grants on the object, and how GRANT names it: where an alteration may drop them. */
  showGrantsSql?(object: T): string
  grantTarget?(object: T): GrantTarget
  createSql(object: T): string
  /** What is to be done once it has been created. */
  afterCreate?(object: T): readonly Alteration[]
  /** What must change at the object that the row describes; empty when nothing. */
  alterations(object: T, row: ShownRow): readonly Alteration[]
}

/** `compute pool P`: how plans call an object. */
export function objectName(kind: string, printedName: string): string {
  return `${kind} ${printedName}`
}

/** True when a row of SHOW is the object of this name; LIKE takes `_` for any character, so it must be asked. */
export function isRowOf(name: string, row: ShownRow): boolean {
  const parts = parseName(name)
  const shown = [row['database_name'], row['schema_name'], row['name']].slice(-parts.length)
  return parts.every((part, index) => shown[index] === undefined || shown[index] === part)
}

/** By field: what is wanted, and what is shown. */
export type FieldValues = Readonly<
  Record<string, readonly [wanted: string | number | boolean | undefined, shown: unknown]>
>

/** The fields that are wanted and shown otherwise; an undefined wish is no wish. */
export function differences(fields: FieldValues): Difference[] {
  return Object.entries(fields).flatMap(([field, [wanted, shown]]) =>
    wanted === undefined || isSame(wanted, shown) ? [] : [{ field, shown, wanted }],
  )
}

/** The ALTER for the fields that differ; none where nothing does. */
export function alteration<T extends object>(
  object: T,
  found: readonly Difference[],
  alterSql: (changes: Partial<T>) => string,
): Alteration[] {
  if (found.length === 0) return []
  const fields = new Set(found.map(({ field }) => field))
  const changes = Object.entries(object).filter(([field]) => fields.has(field))
  return [{ sql: alterSql(Object.fromEntries(changes) as Partial<T>), differences: found }]
}

/** SHOW gives numbers and flags as numbers, booleans or text, depending on the command. */
function isSame(wanted: string | number | boolean, shown: unknown): boolean {
  const text = textOf(shown)
  if (typeof wanted === 'string') return wanted === text
  return String(wanted) === text.toLowerCase()
}

/** `["B","A"]`, `[B, A]` or `B,A` as `A, B`: each command has its way to show a list, and none keeps the order. */
export function printList(shown: unknown): string {
  return [...textOf(shown).matchAll(/[^\s",[\]]+/g)]
    .map(([item]) => item)
    .toSorted()
    .join(', ')
}

/** A cell as text; SQL NULL is empty. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
