import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

/** A day as the wire has it. */
const day = (date: string): string => String(Date.parse(`${date}T00:00:00Z`) / 86_400_000)
/** A moment as the wire has it, with nine decimals. */
const moment = (time: string): string => `${Date.parse(`${time}Z`) / 1000}.000000000`

// https://docs.snowflake.com/en/sql-reference/functions-date-time
test.each([
  [`DATEADD(day, 1, '2024-02-28'::DATE)`, day('2024-02-29')],
  [`DATEADD(month, 1, '2024-01-31'::DATE)`, day('2024-02-29')],
  [`DATEADD('year', -1, DATE '2024-02-29')`, day('2023-02-28')],
  [`DATEADD(week, 2, DATE '2024-01-01')`, day('2024-01-15')],
  [`DATEADD(quarter, 1, DATE '2024-01-01')`, day('2024-04-01')],
  [`DATEADD(hour, 5, '2024-01-01'::DATE)`, moment('2024-01-01T05:00:00')],
  [`TIMESTAMPADD(minute, 90, '2024-01-01 10:00:00'::TIMESTAMP)`, moment('2024-01-01T11:30:00')],
  [`TIMEADD(hour, 1, '10:00:00'::TIME)`, '39600.000000000'],
  [`TIMESTAMPDIFF(day, '2024-01-01'::DATE, '2024-01-02'::TIMESTAMP)`, '1'],
  [`DATEDIFF(day, '2024-01-01'::DATE, '2024-03-01'::DATE)`, '60'],
  [`DATEDIFF(month, '2024-01-31'::DATE, '2024-02-01'::DATE)`, '1'],
  [`DATEDIFF(year, '2023-12-31'::DATE, '2024-01-01'::DATE)`, '1'],
  [`DATEDIFF(week, '2024-01-07'::DATE, '2024-01-08'::DATE)`, '1'],
  [`DATEDIFF(hour, '2024-01-01 00:59:59'::TIMESTAMP, '2024-01-01 01:00:00'::TIMESTAMP)`, '1'],
  [`DATEDIFF(second, '2024-01-01'::DATE, '2024-01-02'::DATE)`, '86400'],
  [`TIMEDIFF(minute, '10:00:00'::TIME, '11:30:00'::TIME)`, '90'],
  [`DATE_TRUNC(month, DATE '2024-02-15')`, day('2024-02-01')],
  [`DATE_TRUNC('week', DATE '2024-01-03')`, day('2024-01-01')],
  [`DATE_TRUNC(hour, '2024-01-01 10:30:00'::TIMESTAMP)`, moment('2024-01-01T10:00:00')],
  [`TRUNC(DATE '2024-02-15', 'month')`, day('2024-02-01')],
  [`DATE_PART(year, DATE '2024-02-15')`, '2024'],
  [`EXTRACT(month FROM DATE '2024-02-15')`, '2'],
  [`YEAR(DATE '2024-02-15')`, '2024'],
  [`MONTH(DATE '2024-02-15')`, '2'],
  [`DAY(DATE '2024-02-15')`, '15'],
  [`QUARTER('2024-05-05'::DATE)`, '2'],
  [`WEEK('2024-01-01'::DATE)`, '1'],
  [`WEEKOFYEAR('2024-01-08'::DATE)`, '2'],
  [`WEEKISO('2024-12-31'::DATE)`, '1'],
  [`DAYOFMONTH('2024-02-03'::DATE)`, '3'],
  [`YEAROFWEEK('2024-01-01'::DATE)`, '2024'],
  [`DAYOFWEEK('2024-01-07'::DATE)`, '0'],
  [`DAYOFWEEKISO('2024-01-07'::DATE)`, '7'],
  [`DAYOFYEAR('2024-02-01'::DATE)`, '32'],
  [`HOUR('10:11:12'::TIME)`, '10'],
  [`MINUTE('2024-01-01 10:11:12'::TIMESTAMP)`, '11'],
  [`SECOND('10:11:12'::TIME)`, '12'],
  [`DATE_PART(epoch_second, '2024-01-01'::TIMESTAMP)`, '1704067200'],
  [`DATE_PART(nanosecond, '2024-01-01 00:00:00.123456'::TIMESTAMP)`, '123456000'],
  [`YEAROFWEEKISO('2024-12-31'::DATE)`, '2025'],
  [`LAST_DAY('2024-02-10'::DATE)`, day('2024-02-29')],
  [`LAST_DAY('2024-02-10'::DATE, 'year')`, day('2024-12-31')],
  [`ADD_MONTHS('2024-01-31'::DATE, 1)`, day('2024-02-29')],
  [`ADD_MONTHS('2024-02-29'::DATE, 1)`, day('2024-03-31')],
  [`MONTHS_BETWEEN('2019-03-01'::DATE, '2019-02-01'::DATE)`, '1.000000'],
  [`MONTHS_BETWEEN('2019-03-01'::DATE, '2019-02-15'::DATE)`, '0.548387'],
  [`DAYNAME('2024-01-01'::DATE)`, 'Mon'],
  [`MONTHNAME('2024-01-01'::DATE)`, 'Jan'],
  [`NEXT_DAY('2024-01-01'::DATE, 'Fr')`, day('2024-01-05')],
  [`NEXT_DAY('2024-01-01'::DATE, 'mo')`, day('2024-01-08')],
  [`PREVIOUS_DAY('2024-01-01'::DATE, 'mo')`, day('2023-12-25')],
  [`DATE_FROM_PARTS(2024, 2, 30)`, day('2024-03-01')],
  [`DATE_FROM_PARTS(2024, 0, 1)`, day('2023-12-01')],
  [`TIME_FROM_PARTS(12, 34, 56)`, '45296.000000000'],
  [`TIMESTAMP_FROM_PARTS(2024, 1, 2, 3, 4, 5)`, moment('2024-01-02T03:04:05')],
  [
    `TIMESTAMP_NTZ_FROM_PARTS(2024, 1, 2, 3, 4, 5, 500000000)`,
    moment('2024-01-02T03:04:05').replace('.0', '.5'),
  ],
  [`DATE '2024-01-01' + 1`, day('2024-01-02')],
  [`DATE '2024-01-02' - DATE '2024-01-01'`, '1'],
  [`DATE '2024-01-01' + INTERVAL '1 month, 2 days'`, day('2024-02-03')],
  [`'2024-01-01'::TIMESTAMP - INTERVAL '1 hour'`, moment('2023-12-31T23:00:00')],
  [
    `CONVERT_TIMEZONE('UTC', 'America/New_York', '2024-01-01 12:00:00'::TIMESTAMP)`,
    moment('2024-01-01T07:00:00'),
  ],
  [`'10:11:12.123456'::TIME`, '36672.123456000'],
  [`'2024-01-01 00:00:00.123456'::TIMESTAMP_NTZ(3)`, '1704067200.123'],
  [`'1969-12-31 23:59:58.5'::TIMESTAMP`, '-1.500000000'],
  [`'2024-01-01'::TIMESTAMP_TZ`, '1704067200.000000000 1440'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test('DATEADD refuses a unit that there is none of', async () => {
  await expect(account.rows(`SELECT DATEADD(eon, 1, CURRENT_DATE)`)).rejects.toMatchObject({
    code: '001151',
    message: "SQL compilation error:\n'EON' is not a valid date/time component.",
  })
})

test('the session time zone is where TIMESTAMP_LTZ is read and shown', async () => {
  account.session.parameters.set('TIMEZONE', 'America/New_York')
  const [row] = await account.rows(
    `SELECT '2024-01-01 00:00:00'::TIMESTAMP_LTZ, '2024-01-01 00:00:00'::TIMESTAMP_LTZ::VARCHAR`,
  )
  account.session.parameters.delete('TIMEZONE')
  expect(row).toEqual(['1704085200.000000000', '2024-01-01 00:00:00.000 -0500'])
  expect(await account.rows(`SELECT '2024-01-01 00:00:00'::TIMESTAMP_LTZ`)).toEqual([
    ['1704067200.000000000'],
  ])
})
