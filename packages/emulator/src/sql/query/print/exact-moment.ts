import type { SqlType } from '../sql-type.ts'
import { compose, type Printed } from './printed.ts'

/** TIME and the timestamps; a DATE fits the engine's own type. */
type MomentType = Extract<SqlType, { kind: 'TIME' | `TIMESTAMP_${string}` }>

/**
 * The SQL of a moment that text holds, as a struct with nine digits of its second's fraction and its own offset: what
 * the engine's types have no room for. Undefined where they have.
 *
 * @param at The moment of such text, as the engine's type holds it.
 */
export function readExactly(
  text: Printed,
  type: SqlType,
  at: (text: string) => string,
): string | undefined {
  if (!isMoment(type) || type.precision <= ENGINE_DIGITS) return undefined
  const digits = type.precision - ENGINE_DIGITS
  const macro = type.kind === 'TIMESTAMP_TZ' ? 'sf_exact_zoned' : 'sf_exact'
  return compose(type, [text], (x) => `${macro}(${x}, ${at(x)}, ${digits})`).sql
}

/** Digits of a second's fraction in the engine's types. */
const ENGINE_DIGITS = 6

export function isMoment(type: SqlType): type is MomentType {
  return type.kind === 'TIME' || type.kind.startsWith('TIMESTAMP_')
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
