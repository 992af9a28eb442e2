import type { QueryRunner } from '@spcs/sql'

/** The quickstart's ten readings: date, place, degrees Celsius. */
export const READINGS: readonly (readonly [date: string, location: string, celsius: number])[] = [
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

/** Makes the table with its ten rows, unless it has them. True when it had to. */
export async function createWeather(runner: QueryRunner): Promise<boolean> {
  await runner.execute(
    'CREATE TABLE IF NOT EXISTS WEATHER (DATE DATE, LOCATION VARCHAR, TEMP_C NUMBER, TEMP_F NUMBER)',
  )
  const { rows } = await runner.execute('SELECT COUNT(*) FROM WEATHER')
  if (rows[0]?.[0] !== 0) return false
  const places = READINGS.map(() => '(?, ?, ?)').join(', ')
  await runner.execute(`INSERT INTO WEATHER (DATE, LOCATION, TEMP_C) VALUES ${places}`, {
    binds: READINGS.flat(),
  })
  return true
}
