import type { QueryRunner, ResultSet } from '@spcs/sql'
import type { Progress } from './progress.ts'

/** The quickstart's ten readings: date, place, degrees Celsius. */
const READINGS: readonly (readonly [date: string, location: string, celsius: number])[] = [
  ['2023-03-21', 'London', 15],
  ['2023-07-13', 'Manchester', 20],
  ['2023-05-09', 'Liverpool', 17],
  ['2023-09-17', 'Cambridge', 19],
  ['2023-11-02', 'Oxford', 13],
  ['2023-01-25', 'Birmingham', 11],
  ['2023-08-30', 'Newcastle', 21],
  ['2023-06-15', 'Bristol', 16],
  ['2023-04-07', 'Leeds', 18],
  ['2023-10-23', 'Southampton', 12],
]

/** Makes the table WEATHER with its ten rows, unless they are there. */
export async function createWeather(runner: QueryRunner, progress: Progress): Promise<void> {
  const { rows } = await runner.execute("SHOW TABLES LIKE 'WEATHER'")
  if (rows.length === 0) {
    await progress.step('Create table WEATHER', () =>
      runner.execute(
        'CREATE TABLE WEATHER (DATE DATE, LOCATION VARCHAR, TEMP_C NUMBER, TEMP_F NUMBER)',
      ),
    )
  }
  const counted = await runner.execute('SELECT COUNT(*) FROM WEATHER')
  if (counted.rows[0]?.[0] !== 0) return
  const places = READINGS.map(() => '(?, ?, ?)').join(', ')
  await progress.step('Insert ten readings into WEATHER', () =>
    runner.execute(`INSERT INTO WEATHER (DATE, LOCATION, TEMP_C) VALUES ${places}`, {
      binds: READINGS.flat(),
    }),
  )
}

/** Fills TEMP_F by the service function, and brings the whole table. */
export async function convertTemperatures(
  runner: QueryRunner,
  progress: Progress,
): Promise<ResultSet & { readonly updateId: string }> {
  const update = await progress.step('Update WEATHER by CONVERT_UDF(TEMP_C)', () =>
    runner.execute('UPDATE WEATHER SET TEMP_F = CONVERT_UDF(TEMP_C)'),
  )
  return { ...(await runner.execute('SELECT * FROM WEATHER')), updateId: update.queryId }
}
