import { describe, expect, test } from 'vitest'
import { parseNotebook } from '../notebook/ipynb.ts'
import { printEmptyNotebook, printSampleNotebook } from './sample-notebook.ts'

describe('printSampleNotebook()', () => {
  test("is the quickstart's notebook: the token, the session, a query, the service function", () => {
    const { cells } = parseNotebook(printSampleNotebook()).notebook
    expect(cells.map(({ kind }) => kind)).toEqual([
      'markdown',
      'typescript',
      'markdown',
      'sql',
      'typescript',
      'markdown',
      'sql',
    ])
    expect(cells.at(-1)?.source).toBe(
      'SELECT *, CONVERT_UDF(TEMP_C) AS TEMP_F_SNOWPARK FROM WEATHER;',
    )
    expect(cells[4]?.source).toContain('session.execute(')
  })

  test('does not read what the token says', () => {
    expect(printSampleNotebook()).not.toMatch(/readFile/)
  })
})

describe('printEmptyNotebook()', () => {
  test('has one empty cell', () => {
    expect(parseNotebook(printEmptyNotebook()).notebook.cells).toMatchObject([
      { kind: 'typescript', source: '' },
    ])
  })
})
