/** What the values of a SQL type are in TypeScript, by every name that Snowflake has for the type. */
interface ValuesByTypeName {
  FLOAT: number
  FLOAT4: number
  FLOAT8: number
  DOUBLE: number
  'DOUBLE PRECISION': number
  REAL: number
  NUMBER: number
  DECIMAL: number
  DEC: number
  NUMERIC: number
  INT: number
  INTEGER: number
  BIGINT: number
  SMALLINT: number
  TINYINT: number
  BYTEINT: number
  VARCHAR: string
  STRING: string
  TEXT: string
  NVARCHAR: string
  NVARCHAR2: string
  'CHAR VARYING': string
  'NCHAR VARYING': string
  CHAR: string
  CHARACTER: string
  NCHAR: string
  BINARY: string
  VARBINARY: string
  BOOLEAN: boolean
  DATE: string
  TIME: string
  DATETIME: string
  TIMESTAMP: string
  TIMESTAMP_NTZ: string
  TIMESTAMP_LTZ: string
  TIMESTAMP_TZ: string
  VARIANT: unknown
  OBJECT: Readonly<Record<string, unknown>>
  ARRAY: readonly unknown[]
}

type TypeName = keyof ValuesByTypeName

/** A SQL type as typed in SQL, in upper case: `FLOAT`, `NUMBER(38,0)`, `VARCHAR(16)`. */
export type SqlTypeName =
  | TypeName
  | `${'NUMBER' | 'DECIMAL' | 'DEC' | 'NUMERIC'}(${number})`
  | `${'NUMBER' | 'DECIMAL' | 'DEC' | 'NUMERIC'}(${number},${number})`
  | `${'VARCHAR' | 'STRING' | 'TEXT' | 'NVARCHAR' | 'NVARCHAR2' | 'CHAR' | 'CHARACTER' | 'NCHAR'}(${number})`
  | `${'BINARY' | 'VARBINARY'}(${number})`
  | `${'TIME' | 'DATETIME' | 'TIMESTAMP' | `TIMESTAMP_${'NTZ' | 'LTZ' | 'TZ'}`}(${number})`

/** The TypeScript type of a SQL type's values: `SqlValue<'FLOAT'>` is number. NULL comes on top. */
export type SqlValue<Name extends SqlTypeName> = Name extends TypeName
  ? ValuesByTypeName[Name]
  : Name extends `${infer Base extends TypeName}(${string})`
    ? ValuesByTypeName[Base]
    : never
