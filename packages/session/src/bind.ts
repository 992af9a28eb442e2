import type { Value } from '@spcs/sql'
import type { Binds } from 'snowflake-sdk'
import { SessionError } from './errors.ts'

/**
 * Values for `?` and `:1` as the driver takes them. Where every bind is an array, each is a row of a bulk insert.
 *
 * @throws {SessionError} `BIND_UNSUPPORTED` for a value that Snowflake has no value for.
 */
export function toDriverBinds(binds: readonly Value[]): Binds {
  const values = binds.map((bind, index) => toDriverBind(bind, index))
  return values as Binds
}

function toDriverBind(value: Value, index: number): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return nonFinite(value)
  // Snowflake reads hexadecimal text into a BINARY column.
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex').toUpperCase()
  if (Array.isArray(value)) return value.map((element: unknown) => toDriverBind(element, index))
  if (JSON.stringify(value) !== undefined) return value
  throw new SessionError(
    'BIND_UNSUPPORTED',
    `Cannot bind value ${index + 1}: ${typeof value} has no Snowflake value`,
    { hint: 'Bind null for SQL NULL' },
  )
}

/** As text, which Snowflake casts to FLOAT; the driver would send "null". */
function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? 'inf' : '-inf'
}
