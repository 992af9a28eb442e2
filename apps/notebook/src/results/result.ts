import type { DataType } from '@spcs/sql'

/*
 * A result of rows: what a SQL cell, a DataFrame or a table of objects shows.
 *
 * The rows live in a file of the server's local disk; the kernel writes it and the page asks for windows of it:
 *
 *   kernel ── <resultId>.rows ──► results folder ◄── GET /api/results/rows ── page (holds at most 10,000 rows)
 *   kernel ── display { RESULT_MIME: ResultBundle } ──► document ──► page, file
 *
 * `<resultId>.rows` is JSON lines: one array of texts and nulls for each row, in the columns' order, each line ended by
 * \n; texts are well-formed Unicode. It is complete before the bundle is displayed and never changes afterwards. When the
 * file is gone (another server, a notebook that came by mail), the page shows `firstRows` and says that the others need the
 * cell to be run again.
 *
 * There is no description of columns beside the rows: the server takes names and types from the bundle in the notebook's
 * output, which neither a page nor a request can change. A result that no output shows is not to be had.
 *
 * The server deletes rows ten minutes after the last output that showed them is gone, and the oldest ones when all results
 * together are too many, so whoever displays rows once more writes them once more, under a new id. Rows that a running cell
 * has written are kept until it ends. Files of other names in the folder are treated alike; their name begins with the id.
 */

export const RESULT_MIME = 'application/vnd.spcs.result+json'

/** Rows that the notebook's own file keeps of each result. */
export const FIRST_ROWS = 50

/** What stands in a cell's output beside `text/plain`; plain JSON. */
export interface ResultBundle {
  /** 1 to 64 of letters, digits and -, made by the kernel, unique for ever. */
  readonly resultId: string
  readonly columns: readonly ResultBundleColumn[]
  readonly rowCount: number
  readonly firstRows: readonly ResultRow[]
  /** Null for rows that no query made. */
  readonly queryId: string | null
  /** From the statement's start until its last row was here. */
  readonly durationMs: number | null
  /** What an INSERT, UPDATE, DELETE or MERGE changed. */
  readonly rowsAffected: number | null
  /** The variable that holds it, if it has one. */
  readonly variable: string | null
}

export interface ResultBundleColumn {
  readonly name: string
  readonly type: DataType['kind']
  readonly nullable: boolean
}

/** Values as exact text, null for SQL NULL: `printValue` of @spcs/sql. */
export type ResultRow = readonly (string | null)[]

/**
 * How rows are put in order; ties keep the result's own order. Texts are in the order of ORDER BY, by code point; NULLs
 * come last, and before them what is no value of the column's type, whatever the direction.
 */
export interface ResultSort {
  readonly column: number // index
  readonly descending: boolean
}

/**
 * Rows that are kept: every condition holds. Texts compare without regard to case, numbers and times by value; a value
 * is written as the column shows them, a time may end early (`2024-05-06`). As in SQL, NULL passes is-null alone.
 */
export interface ResultFilter {
  readonly column: number
  readonly operator:
    | 'contains'
    | 'equals'
    | 'not-equals'
    | 'less'
    | 'at-most'
    | 'greater'
    | 'at-least'
    | 'is-null'
    | 'is-not-null'
  /** Not for is-null and is-not-null. */
  readonly value?: string | undefined
}

/**
 * GET /api/results/rows?path=NOTEBOOK&result=ID&offset=0&limit=200&sort=JSON&filters=JSON
 *
 * `sort` is a list of at most 16 ResultSort, `filters` one of at most 64 ResultFilter; both may be left out, `limit` is at
 * most 1,000. 404 RESULT_GONE when its file is not here any more, 400 REQUEST_INVALID naming the field.
 */
export interface ResultWindow {
  readonly offset: number
  /** Fewer than asked for at the end, and where they are more than 16 MB: at least one, so ask on after them. */
  readonly rows: readonly ResultRow[]
  /** Rows that pass the filters. */
  readonly total: number
}

/** GET /api/results/statistics?path&result&column=INDEX&filters */
export interface ColumnStatistics {
  readonly count: number
  readonly nulls: number
  readonly distinct: number
  /** Exact text; null where there is no value or no order (VARIANT, OBJECT, ARRAY). */
  readonly minimum: string | null
  readonly maximum: string | null
  /** Numbers only, without infinities and NaN; the deviation is that of a sample. */
  readonly mean: number | null
  readonly standardDeviation: number | null
  /**
   * Numbers and times: bars of equal width, at most 20; the edges are exact text, round for numbers and times. A bar holds
   * what is at least `from` and less than `to`, the last one of FLOATs its `to` as well.
   */
  readonly histogram:
    | readonly { readonly from: string; readonly to: string; readonly count: number }[]
    | null
  /** The most frequent values, at most 10, NULL among them. */
  readonly mostFrequent: readonly { readonly value: string | null; readonly count: number }[]
}

/**
 * What a chart draws: one row for each x (and colour), aggregated where `aggregate` says so; at most 5,000 rows. Rows are
 * in the result's order, aggregated ones by x where it is a number or a time. `sum` and `mean` are for numbers, `count` is
 * SQL's COUNT(y).
 *
 * GET /api/results/chart?path&result&x=INDEX&y=INDEX&color=INDEX&aggregate=sum|mean|count|minimum|maximum|none&filters
 */
export interface ChartData {
  /** Values as JSON: numbers as numbers (infinities and NaN as null), times as ISO 8601 text, everything else as text. */
  readonly rows: readonly { readonly x: unknown; readonly y: unknown; readonly color?: unknown }[]
  /** True when there were more than 5,000 and the first ones are here. */
  readonly isCut: boolean
}

// GET /api/results/export?path&result&format=csv|json|parquet&sort&filters   attachment, application/octet-stream;
// what each format keeps is in row-export.ts
