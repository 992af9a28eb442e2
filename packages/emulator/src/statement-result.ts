/** Kinds of statement, as drivers learn them from `statementTypeId`. */
export const STATEMENT_TYPE = {
  select: 0x1000,
  insert: 0x3100,
  update: 0x3200,
  delete: 0x3300,
  merge: 0x3400,
  multiTableInsert: 0x3500,
  session: 0x4000,
  alterSession: 0x4200,
  use: 0x4300,
  show: 0x4400,
  describe: 0x4500,
  transfer: 0x4600,
  transaction: 0x5000,
  ddl: 0x6000,
  multiStatement: 0xa000,
} as const

export type StatementTypeId = (typeof STATEMENT_TYPE)[keyof typeof STATEMENT_TYPE]

/** Type names on the wire; drivers want them in lower case. */
export type WireType =
  | 'fixed'
  | 'real'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp_ntz'
  | 'timestamp_ltz'
  | 'timestamp_tz'
  | 'binary'
  | 'variant'
  | 'object'
  | 'array'

/** One element of a result's `rowtype`. */
export interface WireColumn {
  readonly name: string
  readonly type: WireType
  readonly nullable: boolean
  readonly precision: number | null
  readonly scale: number | null
  readonly length: number | null
  readonly byteLength: number | null
}

/** A row on the wire: every cell is text in the column type's own encoding, or null. */
export type WireRow = readonly (string | null)[]

/** Rows as drivers take them. Those of a query are packed while they are read from the engine: they may be millions. */
export interface PackedRows {
  readonly kind: 'packed'
  /** The first ones as JSON, joined by commas. */
  readonly inline: string
  /** Those after them, in order. */
  readonly chunks: readonly Chunk[]
  /** How many they are together. */
  readonly length: number
}

/** Rows that a driver takes in one go. */
export interface Chunk {
  /** JSON of the rows, joined by commas, gzipped. */
  readonly body: Buffer
  readonly rowCount: number
  readonly uncompressedSize: number
}

/** Rows, also of DDL (one `status` column) and of DML (numbers of rows). */
export interface RowsResult {
  readonly kind: 'rows'
  readonly typeId: StatementTypeId
  readonly columns: readonly WireColumn[]
  readonly rows: readonly WireRow[] | PackedRows
}

/** A PUT or GET: the driver moves the files itself, by what `data` tells it. */
export interface TransferResult {
  readonly kind: 'transfer'
  readonly typeId: StatementTypeId
  /** Merged into the answer's `data` as it is. */
  readonly data: Readonly<Record<string, unknown>>
}

export type StatementResult = RowsResult | TransferResult

export function textColumn(name: string): WireColumn {
  return column(name, 'text', { length: 16_777_216, byteLength: 16_777_216 })
}
export function numberColumn(name: string): WireColumn {
  return column(name, 'fixed', { precision: 38, scale: 0 })
}
/** A TIMESTAMP_LTZ(3), the type of `created_on` and its like; cells come from `wireTimestamp`. */
export function timestampColumn(name: string): WireColumn {
  return column(name, 'timestamp_ltz', { precision: 0, scale: 3 })
}

function column(name: string, type: WireType, sizes: Partial<WireColumn> = {}): WireColumn {
  return {
    name,
    type,
    nullable: true,
    precision: null,
    scale: null,
    length: null,
    byteLength: null,
    ...sizes,
  }
}

/** An ISO time as a timestamp cell: seconds since the epoch with three decimals. */
export function wireTimestamp(isoTime: string | null): string | null {
  return isoTime === null ? null : (Date.parse(isoTime) / 1000).toFixed(3)
}

/** The one-row answer of a statement that only reports success. */
export function statusResult(
  status: string,
  typeId: StatementTypeId = STATEMENT_TYPE.ddl,
): RowsResult {
  return { kind: 'rows', typeId, columns: [textColumn('status')], rows: [[status]] }
}

/** Values of a table that we make ourselves; encoded by their column's type. */
export type Cell = string | number | boolean | null

/** A SHOW or DESCRIBE answer: booleans and numbers are encoded, ISO times in timestamp columns too. */
export function tableResult(
  columns: readonly WireColumn[],
  rows: readonly (readonly Cell[])[],
  typeId: StatementTypeId = STATEMENT_TYPE.show,
): RowsResult {
  const encode = (cell: Cell, index: number): string | null => {
    if (cell === null) return null
    const type = columns[index]?.type
    if (type === 'timestamp_ltz') return wireTimestamp(String(cell))
    if (type === 'boolean') return cell === true ? '1' : '0'
    return String(cell)
  }
  return { kind: 'rows', typeId, columns, rows: rows.map((row) => row.map(encode)) }
}
