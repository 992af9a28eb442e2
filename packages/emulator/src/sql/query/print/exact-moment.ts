import {
  digitsBeyondEngine,
  type MomentType,
  needsStruct,
  printStoredType,
  type SqlType,
} from '../sql-type.ts'
import { compose, evaluatedOnce, type Printed } from './printed.ts'

/**
 * The SQL of a moment that text holds, as a struct of nine digits of its second's fraction and its own offset: what
 * the engine's types have no room for. Undefined where they have.
 *
 * @param at The moment of such text, as the engine's type holds it.
 * @param mode What text that is no moment gives: an error, or NULL.
 */
export function readExactly(
  text: Printed,
  type: SqlType,
  at: (text: string) => string,
  mode: 'cast' | 'try',
): string | undefined {
  if (!needsStruct(type)) return undefined
  if (typeof text.literal === 'string') {
    const struct = printLiteralStruct(text.literal, type, at(text.sql))
    return mode === 'cast' ? struct : `CASE WHEN ${at(text.sql)} IS NOT NULL THEN ${struct} END`
  }
  const macro = type.kind === 'TIMESTAMP_TZ' ? 'sf_exact_zoned' : 'sf_exact'
  const digits = digitsBeyondEngine(type)
  return compose(type, [text], (x) => `${macro}(${x}, ${at(x)}, ${digits})`).sql
}

/** Read here, and not by the engine's lambdas, which a DEFAULT may not have. */
function printLiteralStruct(text: string, type: MomentType, at: string): string {
  const [, fraction = '', zone] =
    /:\d{1,2}(?:\.\d{6}(\d{0,3})\d*|\.\d*)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text.trim()) ?? []
  const nanos = fraction.slice(0, digitsBeyondEngine(type)).padEnd(3, '0')
  const minutes = zone === undefined ? `sf_minutes(strftime(${at}, '%z'))` : minutesAhead(zone)
  const ahead = type.kind === 'TIMESTAMP_TZ' ? `, 'ahead': CAST(${minutes} AS SMALLINT)` : ''
  return `{'at': ${at}, 'nanos': CAST(${Number(nanos)} AS SMALLINT)${ahead}}`
}

/** `Z`, `+05`, `+0530` or `+05:30`. */
function minutesAhead(zone: string): number {
  if (zone === 'Z') return 0
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(3).replace(':', '')].map(Number)
  return (zone.startsWith('-') ? -1 : 1) * ((hours ?? 0) * 60 + (minutes ?? 0))
}

/**
 * The same for a moment that is made of another one, and keeps its digits and its offset.
 *
 * @param at The engine's value of the new moment, by that of the other.
 */
export function convertExactly(
  { type: from, exact, rounds, volatile }: Printed,
  type: SqlType,
  at: (moment: string) => string,
): string | undefined {
  if (exact === undefined || !needsStruct(type)) return undefined
  const moment: Printed = { sql: exact, type: from, rounds, volatile }
  const unit = 10 ** Math.max(0, 3 - digitsBeyondEngine(type))
  return evaluatedOnce({ ...moment, volatile: true }, ({ sql }) => {
    const converted = at(`${sql}['at']`)
    const offset =
      from.kind === 'TIMESTAMP_TZ' ? `${sql}['ahead']` : `sf_minutes(strftime(${converted}, '%z'))`
    const ahead = type.kind === 'TIMESTAMP_TZ' ? `, 'ahead': CAST(${offset} AS SMALLINT)` : ''
    const struct = `{'at': ${converted}, 'nanos': CAST(${sql}['nanos'] // ${unit} * ${unit} AS SMALLINT)${ahead}}`
    return { ...moment, sql: `CASE WHEN ${sql} IS NOT NULL THEN ${struct} END` }
  }).sql
}

/** A TIMESTAMP_TZ as the TIMESTAMP_NTZ that a clock of its own zone shows; undefined where its zone is not known. */
export function maybeWallClock(value: Printed): Printed | undefined {
  const { type, exact, rounds, volatile } = value
  if (type.kind !== 'TIMESTAMP_TZ' || exact === undefined) return undefined
  const moment: Printed = { sql: exact, type: { ...type, kind: 'TIMESTAMP_NTZ' }, rounds, volatile }
  return {
    ...moment,
    sql: `sf_wall(${exact})`,
    exact: `sf_wall_struct(${exact})`,
  }
}

/** A TIMESTAMP_TZ as text, by its own clock; undefined where its zone is not known. */
export function maybeZonedText({ type, exact }: Printed): string | undefined {
  if (type.kind !== 'TIMESTAMP_TZ' || exact === undefined) return undefined
  return `sf_own_zone_text(${exact})`
}

/** A moment as the struct that a table keeps, also where nothing but the engine's value is known of it. */
export function structOf(value: Printed): string {
  if (value.exact !== undefined) return value.exact
  if (value.literal === null) return `CAST(NULL AS ${printStoredType(value.type)})`
  const macro = value.type.kind === 'TIMESTAMP_TZ' ? 'sf_struct_zoned' : 'sf_struct'
  return compose(value.type, [value], (at) => `${macro}(${at})`).sql
}

/**
 * A moment as it goes to a service: `2024-01-02 03:04:05.123456789 +0530`, always with nine digits, a TIMESTAMP_LTZ in
 * the session's zone.
 */
// DIFFERS: Snowflake's pages do not say which form it sends; the session's *_OUTPUT_FORMAT parameters have no say here.
export function printWireMoment({ sql, exact }: Printed, { kind }: MomentType): string {
  const isLocal = exact === undefined && kind === 'TIMESTAMP_TZ'
  const macro = WIRE[isLocal ? 'TIMESTAMP_LTZ' : kind]
  const moment = exact ?? `{'at': ${sql}, 'nanos': 0}`
  // The cast is for NULL, which DuckDB else gives a type of its own.
  return `CAST(${macro}(${moment}) AS VARCHAR)`
}

const WIRE: Readonly<Record<MomentType['kind'], string>> = {
  TIME: 'sf_wire_time',
  TIMESTAMP_NTZ: 'sf_wire_timestamp',
  TIMESTAMP_LTZ: 'sf_wire_local',
  TIMESTAMP_TZ: 'sf_wire_zoned',
}
