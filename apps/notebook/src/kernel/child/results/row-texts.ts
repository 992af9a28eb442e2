import { toUSVString } from 'node:util'
import { printValue, type ResultColumn, type Value } from '@spcs/sql'
import type { ResultRow } from '../../../results/result.ts'

/** A row as its file has it: exact texts of well-formed Unicode, null for SQL NULL. */
export function rowTexts(row: readonly Value[], columns: readonly ResultColumn[]): ResultRow {
  return row.map((value, index) => {
    const text = printValue(value, columns[index]?.type)
    return text === null ? null : toUSVString(text)
  })
}
