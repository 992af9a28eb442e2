import { printValue, readNumber, type ResultColumn, type Value } from '@spcs/sql'
import type { Column } from 'snowflake-sdk'
import { readRaw, type WireCell } from './raw-cells.ts'
import { columnKind } from './column-kind.ts'
import { timeReader } from './time-reader.ts'
import { parseVariant, printVariant } from './variant.ts'

/** What the cells of a column are. */
export interface ColumnReader {
  /** The value that a user sees. */
  toValue(cell: WireCell): Value
  /** Its exact text, as `printValue` of @spcs/sql prints the value, without making it first. */
  toText(cell: WireCell): string | null
}

/** A column of a result, and how it is read; from now on the driver gives its cells as they came. */
export function readColumn(column: Column): {
  readonly column: ResultColumn
  readonly reader: ColumnReader
} {
  const described = describeColumn(column)
  const { toValue, toText } = readerOf(described, column)
  return {
    column: described,
    reader: {
      toValue: (cell) => (cell === null ? null : toValue(cell)),
      toText: (cell) => (cell === null ? null : toText(cell)),
    },
  }
}

function describeColumn(column: Column): ResultColumn {
  const type = columnKind(column.getType())
  const plain = { name: column.getName(), type, nullable: column.isNullable() }
  if (type !== 'NUMBER') return plain
  return { ...plain, precision: column.getPrecision() ?? 38, scale: column.getScale() ?? 0 }
}

interface TextReader {
  readonly toValue: (cell: string) => Value
  readonly toText: (cell: string) => string
}

function readerOf({ type }: ResultColumn, column: Column): TextReader {
  const readByDriver = readRaw(column)
  switch (type) {
    case 'NUMBER':
      return { toValue: readNumber, toText: same }
    case 'FLOAT':
      return { toValue: readFloat, toText: (cell) => printFloat(readFloat(cell)) }
    case 'BOOLEAN':
      return { toValue: readBoolean, toText: (cell) => String(readBoolean(cell)) }
    case 'BINARY':
      return { toValue: (cell) => Buffer.from(cell, 'hex'), toText: (cell) => cell.toUpperCase() }
    case 'VARIANT':
    case 'OBJECT':
    case 'ARRAY':
      return { toValue: parseVariant, toText: (cell) => printVariant(cell, type) }
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return timeReader(type, column.getScale() ?? 0, readByDriver)
    default:
      return { toValue: same, toText: same }
  }
}

function same(cell: string): string {
  return cell
}

function readBoolean(cell: string): boolean {
  return cell === '1' || cell.toLowerCase() === 'true'
}

function readFloat(cell: string): number {
  const number = Number(cell)
  if (!Number.isNaN(number)) return number
  switch (cell.toLowerCase()) {
    case 'inf':
      return Number.POSITIVE_INFINITY
    case '-inf':
      return Number.NEGATIVE_INFINITY
    default:
      return number
  }
}

function printFloat(value: number): string {
  return printValue(value, 'FLOAT') ?? ''
}
