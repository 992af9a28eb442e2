import { col, count, type DataFrame, DataFrameSession, lit, max } from '@spcs/dataframe'
import { startEmulator } from '@spcs/emulator'
import { connect } from '@spcs/session'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe('a DataFrame of any steps', () => {
  test('means the same in one SELECT as in one for each step', async () => {
    await using account = await startEmulator({ port: 0 })
    await using session = new DataFrameSession(await connect(account.connection))
    await session.execute('CREATE DATABASE D')
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 6 }), async (steps) => {
        const flat = steps.reduce((dataFrame, step) => step(dataFrame), numbers(session))
        let nested = numbers(session)
        for (const step of steps) {
          // As text, a query is a wall: nothing is moved into it.
          const { sql, binds } = await step(nested).toSql()
          nested = session.sql(sql, binds)
        }
        const [one, other] = await Promise.all([flat.collect(), nested.collect()])
        expect(sorted(one), JSON.stringify(await flat.toSql())).toEqual(sorted(other))
      }),
      { numRuns: 500 },
    )
  })
})

/** Twelve rows with columns A and B; every step gives columns A and B again. */
const numbers = (session: DataFrameSession): DataFrame =>
  session.sql(
    'SELECT * FROM (VALUES (1, 1), (1, 2), (2, 1), (2, 2), (3, NULL), (NULL, 3), (4, 0), (0, 4), (5, 5), (5, 5), (-1, 7), (7, -1)) AS t (a, b)',
  )

const STEP = fc.constantFrom<(dataFrame: DataFrame) => DataFrame>(
  (dataFrame) => dataFrame.filter(col('A').gt(1)),
  (dataFrame) =>
    dataFrame.filter(
      col('B')
        .isNotNull()
        .and(col('A').neq(col('B'))),
    ),
  (dataFrame) => dataFrame.select(col('B').as('A'), col('A').as('B')),
  (dataFrame) => dataFrame.select(col('A').add(1).as('A'), 'B'),
  (dataFrame) => dataFrame.select(col('A').as('B'), col('B').mul(2).as('A')).select('A', 'B'),
  (dataFrame) => dataFrame.withColumn('B', col('A').sub(col('B'))).select('A', 'B'),
  (dataFrame) =>
    dataFrame.withColumn('C', col('A').add(10)).select('B', col('C').as('A')).select('A', 'B'),
  (dataFrame) => dataFrame.distinct(),
  (dataFrame) => dataFrame.sort('A', col('B').desc()).limit(5),
  (dataFrame) => dataFrame.sort('B', 'A').limit(7, 1),
  (dataFrame) => dataFrame.orderBy(col('A')),
  (dataFrame) => dataFrame.orderBy(col('B').neg()),
  (dataFrame) => dataFrame.groupBy('A').agg(max('B').as('B')),
  (dataFrame) => dataFrame.groupBy(col('A').mod(2).as('A')).agg(count('B').as('B')),
  (dataFrame) => dataFrame.agg(max('A').as('A'), count('*').as('B')),
  (dataFrame) => dataFrame.select(max('A').as('A'), lit(1).as('B')),
  (dataFrame) => dataFrame.unionAll(dataFrame.filter(col('A').lt(3))),
  (dataFrame) => dataFrame.join(dataFrame.select('A').distinct(), 'A', 'semi'),
  (dataFrame) => dataFrame.join(dataFrame.select('A', lit(5).as('D')), 'A').select('A', 'B'),
)

const sorted = (rows: readonly (readonly unknown[])[]): string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted()
