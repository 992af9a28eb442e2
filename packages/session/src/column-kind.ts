import type { DataType } from '@spcs/sql'

/** The column types of Snowflake's wire format, as data types. */
const KIND_OF_WIRE_TYPE: Record<string, DataType['kind']> = {
  fixed: 'NUMBER',
  real: 'FLOAT',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  time: 'TIME',
  timestamp_ntz: 'TIMESTAMP_NTZ',
  timestamp_ltz: 'TIMESTAMP_LTZ',
  timestamp_tz: 'TIMESTAMP_TZ',
  binary: 'BINARY',
  variant: 'VARIANT',
  object: 'OBJECT',
  map: 'OBJECT',
  array: 'ARRAY',
}

/** The data type of a column by its type on the wire; a type that is new to us is text. */
export function columnKind(wireType: string): DataType['kind'] {
  return KIND_OF_WIRE_TYPE[wireType.toLowerCase()] ?? 'VARCHAR'
}
