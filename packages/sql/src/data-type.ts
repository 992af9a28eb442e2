import { SqlError } from './errors.ts'

/** A Snowflake data type, synonyms folded: `INT` and `DECIMAL(38,0)` are both NUMBER(38,0). */
export type DataType =
  | { readonly kind: 'NUMBER'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'VARCHAR'; readonly length: number }
  | { readonly kind: 'BINARY'; readonly length: number }
  | {
      readonly kind: 'TIME' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ'
      readonly precision: number // digits of the fraction of a second, 0..9
    }
  | { readonly kind: 'FLOAT' | 'BOOLEAN' | 'DATE' | 'VARIANT' | 'OBJECT' | 'ARRAY' }

/** Characters in a VARCHAR without a length. */
export const MAX_VARCHAR_LENGTH = 16_777_216
/** Bytes in a BINARY without a length. */
export const MAX_BINARY_LENGTH = 8_388_608

/**
 * Reads a data type as typed in SQL.
 *
 * @throws {SqlError} `DATA_TYPE_UNKNOWN` when it names none.
 * @see https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
 */
export function parseDataType(text: string): DataType {
  const match =
    /^\s*([A-Za-z_]+(?:\s+[A-Za-z]+)*)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/.exec(text)
  const name = match?.[1]?.toUpperCase().replaceAll(/\s+/g, ' ')
  const read = name === undefined ? undefined : READERS[name]
  if (read === undefined) {
    throw new SqlError(
      'DATA_TYPE_UNKNOWN',
      `Cannot read data type "${text}": Snowflake has none of this name`,
      {
        hint: `Use one of ${Object.keys(READERS).join(', ')}`,
      },
    )
  }
  return read(optionalNumber(match?.[2]), optionalNumber(match?.[3]))
}

/** A data type as Snowflake's own DESCRIBE writes it: `NUMBER(38,0)`, `VARCHAR(16777216)`, `FLOAT`. */
export function printDataType(type: DataType): string {
  switch (type.kind) {
    case 'NUMBER':
      return `NUMBER(${type.precision},${type.scale})`
    case 'VARCHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${type.kind}(${type.precision})`
    default:
      return type.kind
  }
}

type Reader = (first?: number, second?: number) => DataType

const number: Reader = (precision = 38, scale = 0) => ({ kind: 'NUMBER', precision, scale })
const integer: Reader = () => ({ kind: 'NUMBER', precision: 38, scale: 0 })
const varchar: Reader = (length = MAX_VARCHAR_LENGTH) => ({ kind: 'VARCHAR', length })
const char: Reader = (length = 1) => ({ kind: 'VARCHAR', length })
const binary: Reader = (length = MAX_BINARY_LENGTH) => ({ kind: 'BINARY', length })
const float: Reader = () => ({ kind: 'FLOAT' })
const plain =
  (kind: 'BOOLEAN' | 'DATE' | 'VARIANT' | 'OBJECT' | 'ARRAY'): Reader =>
  () => ({ kind })
const timed =
  (kind: 'TIME' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ'): Reader =>
  (precision = 9) => ({ kind, precision })

const READERS: Record<string, Reader> = {
  NUMBER: number,
  DECIMAL: number,
  DEC: number,
  NUMERIC: number,
  INT: integer,
  INTEGER: integer,
  BIGINT: integer,
  SMALLINT: integer,
  TINYINT: integer,
  BYTEINT: integer,
  FLOAT: float,
  FLOAT4: float,
  FLOAT8: float,
  DOUBLE: float,
  'DOUBLE PRECISION': float,
  REAL: float,
  VARCHAR: varchar,
  STRING: varchar,
  TEXT: varchar,
  NVARCHAR: varchar,
  NVARCHAR2: varchar,
  'CHAR VARYING': varchar,
  'NCHAR VARYING': varchar,
  CHAR: char,
  CHARACTER: char,
  NCHAR: char,
  BINARY: binary,
  VARBINARY: binary,
  BOOLEAN: plain('BOOLEAN'),
  DATE: plain('DATE'),
  TIME: timed('TIME'),
  DATETIME: timed('TIMESTAMP_NTZ'),
  TIMESTAMP: timed('TIMESTAMP_NTZ'),
  TIMESTAMP_NTZ: timed('TIMESTAMP_NTZ'),
  'TIMESTAMP WITHOUT TIME ZONE': timed('TIMESTAMP_NTZ'),
  TIMESTAMP_LTZ: timed('TIMESTAMP_LTZ'),
  'TIMESTAMP WITH LOCAL TIME ZONE': timed('TIMESTAMP_LTZ'),
  TIMESTAMP_TZ: timed('TIMESTAMP_TZ'),
  'TIMESTAMP WITH TIME ZONE': timed('TIMESTAMP_TZ'),
  VARIANT: plain('VARIANT'),
  OBJECT: plain('OBJECT'),
  ARRAY: plain('ARRAY'),
}

function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
