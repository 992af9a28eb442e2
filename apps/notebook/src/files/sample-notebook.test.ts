import { describe, expect, test } from 'vitest'
import { parseNotebook } from '../notebook/ipynb.ts'
import { printEmptyNotebook, printSampleNotebook } from './sample-notebook.ts'

describe('printSampleNotebook()', () => {
  test("is the quickstart's notebook: the token, the session, queries, the service function", () => {
    const { cells } = parseNotebook(printSampleNotebook()).notebook
    expect(cells.map(({ kind }) => kind)).toEqual([
      'markdown',
      'typescript',
      'markdown',
      'sql',
      'typescript',
      'markdown',
      'typescript',
      'sql',
      'markdown',
      'typescript',
    ])
    expect(cells.at(-3)?.source).toContain('WHERE TEMP_C > ${warmerThan}')
    expect(cells.at(-1)?.source.replaceAll(/\n */g, '')).toContain(
      "await session.table('weather').withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C'))).show()",
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
