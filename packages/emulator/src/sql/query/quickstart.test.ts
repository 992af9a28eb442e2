import { expect, test } from 'vitest'
import { openQueryAccount } from './testing/query-account.ts'

const account = await openQueryAccount()
account.addFunction({ name: 'CONVERT_UDF', strict: true })

test("the quickstart's statements create, fill, convert and show the table WEATHER", async () => {
  expect(
    await account.rows(`CREATE OR REPLACE TABLE WEATHER (
      DATE DATE,
      LOCATION VARCHAR,
      TEMP_C NUMBER,
      TEMP_F NUMBER
  );`),
  ).toEqual([['Table WEATHER successfully created.']])
  expect(
    await account.rows(`INSERT INTO weather (DATE, LOCATION, TEMP_C, TEMP_F)
                      VALUES
                          ('2023-03-21', 'London', 15, NULL),
                          ('2023-07-13', 'Manchester', 20, NULL),
                          ('2023-05-09', 'Liverpool', 17, NULL),
                          ('2023-09-17', 'Cambridge', 19, NULL),
                          ('2023-11-02', 'Oxford', 13, NULL),
                          ('2023-01-25', 'Birmingham', 11, NULL),
                          ('2023-08-30', 'Newcastle', 21, NULL),
                          ('2023-06-15', 'Bristol', 16, NULL),
                          ('2023-04-07', 'Leeds', 18, NULL),
                          ('2023-10-23', 'Southampton', 12, NULL);`),
  ).toEqual([['10']])
  expect(
    await account.rows(`UPDATE WEATHER
                  SET TEMP_F = convert_udf(TEMP_C);`),
  ).toEqual([['10', '0']])
  // One call in the order of the table; it is the caller that cuts it into batches of five.
  expect(account.calls.map((call) => call.rows)).toEqual([
    [[15], [20], [17], [19], [13], [11], [21], [16], [18], [12]],
  ])
  expect(await account.rows('SELECT * FROM WEATHER;')).toEqual([
    ['19437', 'London', '15', '59'],
    ['19551', 'Manchester', '20', '68'],
    ['19486', 'Liverpool', '17', '63'],
    ['19617', 'Cambridge', '19', '66'],
    ['19663', 'Oxford', '13', '55'],
    ['19382', 'Birmingham', '11', '52'],
    ['19599', 'Newcastle', '21', '70'],
    ['19523', 'Bristol', '16', '61'],
    ['19454', 'Leeds', '18', '64'],
    ['19653', 'Southampton', '12', '54'],
  ])
  const result = await account.query('SELECT convert_udf(12) AS x, w.TEMP_C FROM weather w LIMIT 1')
  expect(result.columns[0]).toMatchObject({ name: 'X', type: 'real' })
})
