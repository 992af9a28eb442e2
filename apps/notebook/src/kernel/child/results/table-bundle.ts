import type { ResultColumn, Value } from '@spcs/sql'
import { FIRST_ROWS, RESULT_MIME, type ResultBundle } from '../../../results/result.ts'
import type { MimeBundle } from '../../kernel.ts'
import { CellError } from '../cell-error.ts'
import { printResult } from './print-result.ts'
import { writeResultFile } from './result-file.ts'
import { rowTexts } from './row-texts.ts'

/**
 * Objects of a cell as a result: what `display.table()` shows.
 *
 * @param directory Where its rows are kept; without it there is text alone.
 * @throws {CellError} `TABLE_INVALID`, `RESULT_NOT_WRITTEN`
 */
export function tableBundle(rows: readonly object[], directory: string | undefined): MimeBundle {
  const objects = checkRows(rows)
  const columns = columnsOf(objects)
  const values = objects.map((object) => columns.map(({ name }) => object[name] ?? null))
  const shown = {
    columns,
    firstRows: values.slice(0, FIRST_ROWS),
    rowCount: values.length,
    rowsAffected: undefined,
    queryId: undefined,
  }
  const text = { 'text/plain': printResult(shown) }
  if (directory === undefined) return text
  const texts = values.map((row) => rowTexts(row, columns))
  const bundle: ResultBundle = {
    resultId: writeResultFile(directory, texts),
    columns,
    rowCount: texts.length,
    firstRows: texts.slice(0, FIRST_ROWS),
    queryId: null,
    durationMs: null,
    rowsAffected: null,
    variable: null,
  }
  return { [RESULT_MIME]: bundle, ...text }
}

function checkRows(rows: unknown): readonly Record<string, Value>[] {
  const isTable =
    Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null)
  if (isTable) return rows as Record<string, Value>[]
  throw new CellError('TABLE_INVALID', 'Cannot show table: it is no list of objects', {
    hint: 'Pass rows such as [{ city: "Oslo", temperature: 4 }]',
  })
}

/** Each key is a column, in the order in which they come up. */
function columnsOf(rows: readonly Record<string, Value>[]): ResultColumn[] {
  const types = new Map<string, ResultColumn['type'] | undefined>()
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      types.set(name, commonType(types.get(name), typeOf(value)))
    }
  }
  return [...types].map(([name, type]) => ({ name, type: type ?? 'VARCHAR', nullable: true }))
}

function typeOf(value: Value): ResultColumn['type'] | undefined {
  if (value === null || value === undefined) return undefined
  if (value instanceof Date) return 'TIMESTAMP_LTZ'
  if (value instanceof Uint8Array) return 'BINARY'
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'NUMBER' : 'FLOAT'
    case 'bigint':
      return 'NUMBER'
    case 'boolean':
      return 'BOOLEAN'
    case 'object':
      return 'VARIANT'
    default:
      return 'VARCHAR'
  }
}

/** Of a column's values; undefined while there are none but NULLs. */
function commonType(
  one: ResultColumn['type'] | undefined,
  other: ResultColumn['type'] | undefined,
): ResultColumn['type'] | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other
  const areNumbers = [one, other].every((type) => type === 'NUMBER' || type === 'FLOAT')
  return areNumbers ? 'FLOAT' : 'VARCHAR'
}
