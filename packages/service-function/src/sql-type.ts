/** What a handler gets for a value of a SQL type, by every name that Snowflake has for the type. */
interface ValuesByTypeName {
  FLOAT: number
  FLOAT4: number
  FLOAT8: number
  DOUBLE: number
  'DOUBLE PRECISION': number
  REAL: number
  NUMBER: bigint
  DECIMAL: bigint
  DEC: bigint
  NUMERIC: bigint
  INT: bigint
  INTEGER: bigint
  BIGINT: bigint
  SMALLINT: bigint
  TINYINT: bigint
  BYTEINT: bigint
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
  BINARY: Uint8Array
  VARBINARY: Uint8Array
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
type NumberName = 'NUMBER' | 'DECIMAL' | 'DEC' | 'NUMERIC'
type IntegerName = 'INT' | 'INTEGER' | 'BIGINT' | 'SMALLINT' | 'TINYINT' | 'BYTEINT'
type TextName =
  | 'VARCHAR'
  | 'STRING'
  | 'TEXT'
  | 'NVARCHAR'
  | 'NVARCHAR2'
  | 'CHAR'
  | 'CHARACTER'
  | 'NCHAR'
type TimeName = 'TIME' | 'DATETIME' | 'TIMESTAMP' | `TIMESTAMP_${'NTZ' | 'LTZ' | 'TZ'}`

/** A SQL type as typed in SQL, in upper case: `FLOAT`, `NUMBER(38,0)`, `VARCHAR(16)`. */
export type SqlTypeName =
  | TypeName
  | `${NumberName}(${number})`
  | `${NumberName}(${number},${number})`
  | `${TextName}(${number})`
  | `${'BINARY' | 'VARBINARY'}(${number})`
  | `${TimeName}(${number})`

/**
 * What a handler gets for a SQL type: `SqlValue<'FLOAT'>` is number. NULL comes on top. A NUMBER is exact: number up to 15
 * digits, beyond them bigint for whole numbers and decimal text for others.
 */
export type SqlValue<Name extends SqlTypeName> = Name extends TypeName
  ? ValuesByTypeName[Name]
  : Name extends `${NumberName}(${infer Digits})`
    ? NumberOf<Digits>
    : Name extends `${infer Base extends TypeName}(${string})`
      ? ValuesByTypeName[Base]
      : never

/**
 * What a handler may return for a SQL type. Wide NUMBERs may be had as number, too: `text.length` for an INT. One that is
 * beyond 2^53, and so has lost digits, is refused when it comes.
 */
export type SqlResult<Name extends SqlTypeName> = Name extends
  | NumberName
  | IntegerName
  | `${NumberName}(${string})`
  ? SqlValue<Name> | number
  : SqlValue<Name>

type NumberOf<Digits extends string> = Digits extends `${infer Precision},${infer Scale}`
  ? Trim<Precision> extends FewDigits
    ? number
    : Trim<Scale> extends '0'
      ? bigint
      : string
  : Trim<Digits> extends FewDigits
    ? number
    : bigint

type Trim<Text extends string> = Text extends ` ${infer Rest}` | `${infer Rest} `
  ? Trim<Rest>
  : Text

/** Digits that go through a double and back unchanged. */
type FewDigits = `${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`
