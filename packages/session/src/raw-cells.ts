import type { Column } from 'snowflake-sdk'
import { SessionError } from './errors.ts'

/** A value as it came over the wire: text in the encoding of its column's type. */
export type WireCell = string | null

/** What the driver makes of a cell of a date or time. */
export interface DriverTime {
  toJSON(): string
  /** The session's output format for its type. */
  getFormat(): string
  getEpochSeconds?(): number
  getNanoSeconds(): number
  /** A zone's name, or minutes. */
  getTimezone?(): string | number
}

/** The driver's own reading of a cell. */
export type ReadTime = (cell: string) => DriverTime

interface DriverRow {
  readonly values: unknown[]
  readonly _arrayProcessedColumns: boolean[]
}

/** The methods of a column that the driver's streams read a row's cells by. */
const READERS = ['_getRowValue', '_getRowValueAsString'] as const
type DriverColumn = Record<(typeof READERS)[number], (row: DriverRow) => unknown>

/**
 * Has the driver hand out a column's cells as they came: its own reading of a date takes ten microseconds, and loses
 * digits. Gives that reading, for what is not read here.
 *
 * @throws {SessionError} `DRIVER_FAILED` for a driver that reads its cells otherwise.
 */
export function readRaw(column: Column): ReadTime {
  // The driver has no public way to the text. Its version is exact, and the tests of session see when it reads otherwise.
  const driverColumn = column as unknown as DriverColumn
  if (READERS.some((name) => typeof driverColumn[name] !== 'function')) throw otherDriver()
  const index = column.getIndex()
  const convert = driverColumn[READERS[0]].bind(column)
  for (const name of READERS) driverColumn[name] = (row) => row.values[index] ?? null
  return (cell) => {
    const values: unknown[] = []
    values[index] = cell
    convert({ values, _arrayProcessedColumns: [] })
    // It puts there what it has made, of a TIME as well, which it gives as text.
    return values[index] as DriverTime
  }
}

function otherDriver(): SessionError {
  return new SessionError(
    'DRIVER_FAILED',
    'Cannot read result: this version of snowflake-sdk reads its cells in another way',
    { hint: 'Install the version of snowflake-sdk that @spcs/session names' },
  )
}
