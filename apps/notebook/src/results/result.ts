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
 * \n. It is complete before the bundle is displayed and never changes afterwards. When the file is gone (another server, a
 * notebook that came by mail), the page shows `firstRows` and says that the others need the cell to be run again.
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

/** How rows are put in order; ties keep the result's own order, NULLs come last. */
export interface ResultSort {
  readonly column: number // index
  readonly descending: boolean
}

/** Rows that are kept: every condition holds. Texts compare without regard to case, numbers and times by value. */
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
 * `sort` is a list of ResultSort, `filters` one of ResultFilter. 404 RESULT_GONE when its file is not here any more.
 */
export interface ResultWindow {
  readonly offset: number
  readonly rows: readonly ResultRow[]
  /** Rows that pass the filters. */
  readonly total: number
}

/** GET /api/results/statistics?path&result&column=INDEX&filters */
export interface ColumnStatistics {
  readonly count: number
  readonly nulls: number
  readonly distinct: number
  /** Exact text; null where there is no value or no order. */
  readonly minimum: string | null
  readonly maximum: string | null
  /** Numbers only. */
  readonly mean: number | null
  readonly standardDeviation: number | null
  /** Numbers and times: bars of equal width, at most 20; the edges are exact text. */
  readonly histogram:
    | readonly { readonly from: string; readonly to: string; readonly count: number }[]
    | null
  /** The most frequent values, at most 10. */
  readonly mostFrequent: readonly { readonly value: string | null; readonly count: number }[]
}

/**
 * What a chart draws: one row for each x (and colour), aggregated where `aggregate` says so; at most 5,000 rows.
 *
 * GET /api/results/chart?path&result&x=INDEX&y=INDEX&color=INDEX&aggregate=sum|mean|count|minimum|maximum|none&filters
 */
export interface ChartData {
  /** Values as JSON: numbers as numbers, times as ISO 8601 text, everything else as text. */
  readonly rows: readonly { readonly x: unknown; readonly y: unknown; readonly color?: unknown }[]
  /** True when there were more than 5,000 and the first ones are here. */
  readonly isCut: boolean
}

// GET /api/results/export?path&result&format=csv|json|parquet&sort&filters   attachment, application/octet-stream
