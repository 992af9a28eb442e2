import type { DataType } from './data-type.ts'

/** One value of a result: exact numbers beyond 2^53 come as bigint or decimal text, SQL NULL as null. */
export type Value = unknown

/** A column of a result, named as the server named it. */
export interface ResultColumn {
  readonly name: string
  readonly type: DataType['kind']
  readonly nullable: boolean
  /** Of a NUMBER: all its digits, and those behind the point. */
  readonly precision?: number | undefined
  readonly scale?: number | undefined
}

/** A whole result in memory: rows are arrays of values in column order. */
export interface ResultSet {
  readonly queryId: string
  readonly columns: readonly ResultColumn[]
  readonly rows: readonly (readonly Value[])[]
  /** Rows that an INSERT, UPDATE, DELETE or MERGE changed; undefined for every other statement. */
  readonly rowsAffected: number | undefined
}

/** The rows of a result as objects keyed by column name; a later column of the same name wins. */
export function toObjects(result: ResultSet): Record<string, Value>[] {
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map((column, index) => [column.name, row[index]])),
  )
}
