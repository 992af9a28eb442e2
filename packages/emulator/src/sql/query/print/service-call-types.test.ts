import { parseDataType, parseJson, printJson } from '@spcs/sql'
import { beforeAll, describe, expect, test } from 'vitest'
import { SQL_VALUES } from '../../../testing/sql-values.ts'
import { openQueryAccount } from '../testing/query-account.ts'

/** What functions answer to every row, by name; others give the row's first argument back. */
const answers = new Map<string, string>()

const account = await openQueryAccount({
  // Through JSON both ways, as over HTTP.
  answer: (call) =>
    Promise.resolve(
      call.rows.map(([value]) =>
        parseJson(answers.get(call.function.name) ?? printJson(value), { exact: true }),
      ),
    ),
})

const INTEGER = parseDataType('NUMBER(38,0)')
const WIRE_TYPES: Record<string, string> = {
  'NUMBER(38,0)': 'fixed',
  FLOAT: 'real',
  VARCHAR: 'text',
}
const TYPES = [...new Set(SQL_VALUES.map(({ type }) => type))]

describe('a value goes to a service and comes back', () => {
  let cells: readonly (string | null)[] = []

  beforeAll(async () => {
    for (const type of TYPES) addEcho(type)
    const calls = SQL_VALUES.map(({ type, sql }) => `${echo(type)}(${sql}::${type})`)
    // All in one statement, which takes a tenth of the time.
    cells = (await account.rows(`SELECT ${calls.join(', ')}`))[0] ?? []
  })

  test.each(SQL_VALUES.map((value, index) => ({ ...value, index })))(
    '$type: $sql',
    ({ json, cell, index }) => {
      const call = account.calls.find(({ site }) => site === index + 1)
      expect(printJson(call?.rows)).toBe(`[[${json}]]`)
      expect(cells[index]).toBe(cell)
    },
  )
})

describe('an answer', () => {
  const READ: readonly (readonly [type: string, answer: string, cell: string])[] = [
    [
      'NUMBER(38,0)',
      '"12345678901234567890123456789012345678"',
      '12345678901234567890123456789012345678',
    ],
    [
      'NUMBER(38,10)',
      '"1234567890123456789012345678.0123456789"',
      '1234567890123456789012345678.0123456789',
    ],
    ['NUMBER(38,0)', '99.5', '100'],
    ['NUMBER(38,0)', '-99.5', '-100'],
    ['NUMBER(38,0)', '1e25', '10000000000000000000000000'],
    ['NUMBER(10,2)', '1.005', '1.01'],
    ['NUMBER(38,0) NOT NULL', '1', '1'],
    ['FLOAT', '"Infinity"', 'Infinity'],
    ['FLOAT', '"-Infinity"', '-Infinity'],
    ['FLOAT', '" nan "', 'NaN'],
    ['FLOAT', '12345678901234567890', '12345678901234567000'],
    ['FLOAT', '"1.5e3"', '1500'],
    ['FLOAT', '0.10000000000000000555', '0.1'],
    ['VARCHAR', '12345678901234567890', '12345678901234567890'],
    ['VARCHAR', '{"id":12345678901234567890}', '{"id":12345678901234567890}'],
    ['BOOLEAN', '"true"', '1'],
    ['BOOLEAN', '0', '0'],
    ['BINARY', '"00ff"', '00FF'],
    ['DATE', '"2024-01-02T00:00:00.000Z"', '19724'],
    ['TIME', '"10:11:12.123456789"', '36672.123456789'],
    ['TIME', '"10:11"', '36660.000000000'],
    ['TIMESTAMP_NTZ', '"2024-01-02T03:04:05.123456789"', '1704164645.123456789'],
    ['TIMESTAMP_NTZ', '"2024-01-02T03:04:05.5Z"', '1704164645.500000000'],
    ['TIMESTAMP_NTZ', '"2024-01-02"', '1704153600.000000000'],
    ['TIMESTAMP_LTZ', '"2024-01-02T03:04:05.123456789Z"', '1704164645.123456789'],
    ['TIMESTAMP_LTZ', '"2024-01-02 03:04:05+0530"', '1704144845.000000000'],
    ['TIMESTAMP_TZ', '"2024-01-02T03:04:05.123456789+05:30"', '1704144845.123456789 1770'],
    ['TIMESTAMP_TZ', '"2024-01-02 03:04:05.1 +0530"', '1704144845.100000000 1770'],
    ['TIMESTAMP_TZ', '"2024-01-02T03:04:05Z"', '1704164645.000000000 1440'],
    ['TIMESTAMP_TZ', '"2024-01-02T03:04:05-08"', '1704193445.000000000 960'],
    ['TIMESTAMP_TZ', '"2024-01-02 03:04"', '1704164640.000000000 1440'],
    [
      'VARIANT',
      '{"id":12345678901234567890,"x":0.12345678901234567891}',
      '{"id":12345678901234567890,"x":0.12345678901234567891}',
    ],
    ['VARIANT', '"12"', '"12"'],
    ['OBJECT', String.raw`"{\"id\":12345678901234567890}"`, '{"id":12345678901234567890}'],
    ['ARRAY', '"[1]"', '[1]'],
  ]
  let cells: readonly (string | null)[] = []

  beforeAll(async () => {
    for (const [index, [type, answer]] of READ.entries())
      addAnswering(`READ_${index}`, type, answer)
    const calls = READ.map((_, index) => `read_${index}()`)
    cells = (await account.rows(`SELECT ${calls.join(', ')}`))[0] ?? []
  })

  test.each(READ.map((read, index) => [...read, index] as const))(
    'of %s is read: %s',
    (_type, _answer, cell, index) => {
      expect(cells[index]).toBe(cell)
    },
  )

  test.each([
    ['NUMBER(10,2)', '123456789012', '100039', `Numeric value '123456789012' is out of range`],
    ['NUMBER(38,0)', '"NaN"', '100038', `Numeric value 'NaN' is not recognized`],
    ['NUMBER(38,0)', '{"a":1}', '100038', `Numeric value '{"a":1}' is not recognized`],
    ['NUMBER(38,0) NOT NULL', 'null', '100072', 'NULL result in a non-nullable column'],
    ['FLOAT', '"0x1F"', '100038', `Numeric value '0x1F' is not recognized`],
    ['FLOAT', '""', '100038', `Numeric value '' is not recognized`],
    ['FLOAT', 'true', '100038', `Numeric value 'true' is not recognized`],
    ['BOOLEAN', '"perhaps"', '100037', `Boolean value 'perhaps' is not recognized`],
    ['BINARY', '"0"', '100115', `The following string is not a legal hex-encoded value: '0'`],
    ['DATE', '"2024-02-30"', '100040', `Date '2024-02-30' is not recognized`],
    ['TIME', '"25:00:00"', '100108', `Time '25:00:00' is not recognized`],
    ['TIMESTAMP_NTZ', '"soon"', '100035', `Timestamp 'soon' is not recognized`],
    ['TIMESTAMP_TZ NOT NULL', 'null', '100072', 'NULL result in a non-nullable column'],
    ['VARIANT NOT NULL', 'null', '100072', 'NULL result in a non-nullable column'],
    ['OBJECT', '[1]', '100071', 'Failed to cast variant value [1] to OBJECT'],
    ['ARRAY', '{"a":1}', '100071', 'Failed to cast variant value {"a":1} to ARRAY'],
    ['ARRAY', '"no JSON"', '100071', 'Failed to cast variant value "no JSON" to ARRAY'],
  ])('of %s is refused: %s', async (type, answer, code, message) => {
    addAnswering('REFUSED', type, answer)
    await expect(account.query('SELECT refused()')).rejects.toMatchObject({ code, message })
  })
})

describe('arguments', () => {
  test('none at all, for every row', async () => {
    account.addFunction({ name: 'NONE', arguments: [], returns: INTEGER })
    answers.set('NONE', '7')
    account.calls.length = 0
    const rows = await account.rows(
      'SELECT COUNT(*), SUM(none()) FROM TABLE(GENERATOR(ROWCOUNT => 3000))',
    )
    expect(rows).toEqual([['3000', '21000']])
    expect(account.calls.map((call) => call.rows.length)).toEqual([3000])
    expect(account.calls[0]?.rows[0]).toEqual([])
  })

  test('twenty, each of its type', async () => {
    const types = ['NUMBER(38,0)', 'VARCHAR', 'TIMESTAMP_TZ', 'VARIANT', 'FLOAT']
    const names = Array.from({ length: 20 }, (_, index) => types[index % 5] ?? '')
    account.addFunction({
      name: 'TWENTY',
      arguments: names.map((type, index) => ({ name: `A${index}`, type: parseDataType(type) })),
      returns: parseDataType('VARCHAR'),
    })
    answers.set('TWENTY', '"done"')
    account.calls.length = 0
    const given = names.map((type, index) => {
      if (type === 'TIMESTAMP_TZ') return `'2024-01-02 03:04:05.${index}00000001 +0100'`
      if (type === 'VARIANT') return `PARSE_JSON('[${index}]')`
      return `'${index}'`
    })
    expect(await account.rows(`SELECT twenty(${given.join(', ')})`)).toEqual([['done']])
    const sent = names.map((type, index) => {
      if (type === 'TIMESTAMP_TZ') {
        return `2024-01-02 03:04:05.${`${index}00000001`.slice(0, 9)} +0100`
      }
      if (type === 'VARIANT') return [index]
      return type === 'VARCHAR' ? String(index) : index
    })
    expect(JSON.parse(printJson(account.calls[0]?.rows))).toEqual([sent])
  })

  test.each([
    ['1', 'NUMBER(38,0)'],
    ['1.5', 'NUMBER(38,0)'],
    ['1.5::FLOAT', 'FLOAT'],
    [`'1'`, 'VARCHAR'],
    ['TRUE', 'BOOLEAN'],
    [`'2024-01-02'::DATE`, 'DATE'],
    [`'2024-01-02'::TIMESTAMP_NTZ`, 'TIMESTAMP_NTZ'],
    [`'2024-01-02'::TIMESTAMP_TZ`, 'TIMESTAMP_NTZ'],
    [`'10:11'::TIME`, 'VARCHAR'],
    [`PARSE_JSON('1')`, 'VARIANT'],
    ['[1]', 'VARIANT'],
  ])('%s chooses the overload for %s', async (sql, type) => {
    const types = [
      'VARCHAR',
      'VARIANT',
      'FLOAT',
      'BOOLEAN',
      'DATE',
      'TIMESTAMP_NTZ',
      'NUMBER(38,0)',
    ]
    for (const name of types) {
      const argument = { name: 'X', type: parseDataType(name) }
      account.addFunction({ name: 'OVER', arguments: [argument], returns: argument.type })
    }
    answers.set('OVER', 'null')
    account.calls.length = 0
    const { columns } = await account.query(`SELECT over(${sql})`)
    expect(columns[0]?.type).toBe(WIRE_TYPES[type] ?? type.toLowerCase())
  })
})

describe('moments', () => {
  const MOMENT = '2024-01-02 03:04:05.123456789 +0530'

  test('are sent in the time zone of the session where they have none of their own', async () => {
    addEcho('TIMESTAMP_LTZ')
    addEcho('TIMESTAMP_TZ')
    const session = { ...account.session, parameters: new Map([['TIMEZONE', 'America/St_Johns']]) }
    const calls = [echo('TIMESTAMP_LTZ'), echo('TIMESTAMP_TZ')].map(
      (name) => `${name}('2024-07-02 03:04:05.123456789')`,
    )
    account.calls.length = 0
    await account.rows(`SELECT ${calls.join(', ')}, ${echo('TIMESTAMP_LTZ')}('${MOMENT}')`, {
      session,
    })
    expect(account.calls.map((call) => call.rows)).toEqual([
      [['2024-07-02 03:04:05.123456789 -0230']],
      [['2024-07-02 03:04:05.123456789 -0230']],
      [['2024-01-01 18:04:05.123456789 -0330']],
    ])
  })

  test('go through a table and back', async () => {
    addEcho('TIMESTAMP_TZ')
    await account.query('CREATE OR REPLACE TABLE moments (m TIMESTAMP_TZ, r TIMESTAMP_TZ)')
    await account.query(`INSERT INTO moments (m) VALUES ('${MOMENT}'), (NULL)`)
    account.calls.length = 0
    await account.query(`UPDATE moments SET r = ${echo('TIMESTAMP_TZ')}(m)`)
    expect(account.calls.map((call) => call.rows)).toEqual([[[MOMENT], [null]]])
    expect(await account.rows('SELECT r FROM moments')).toEqual([
      ['1704144845.123456789 1770'],
      [null],
    ])
  })

  test('are sorted as moments, not as text', async () => {
    addEcho('TIMESTAMP_TZ')
    const rows = await account.rows(`
      SELECT ${echo('TIMESTAMP_TZ')}(column1) AS m FROM VALUES
        ('2024-01-02 01:00:00.000000002 +0000'), ('2024-01-02 02:00:00.000000001 +0100'),
        ('2024-01-02 00:30:00 -0100'), ('2024-01-02 09:00:00 +0900'), (NULL)
      ORDER BY m`)
    expect(rows).toEqual([
      ['1704153600.000000000 1980'],
      ['1704157200.000000001 1500'],
      ['1704157200.000000002 1440'],
      ['1704159000.000000000 1380'],
      [null],
    ])
  })

  test('of one call go into another', async () => {
    const name = echo('TIMESTAMP_TZ')
    addEcho('TIMESTAMP_TZ')
    account.calls.length = 0
    expect(await account.rows(`SELECT ${name}(${name}('${MOMENT}'))`)).toEqual([
      ['1704144845.123456789 1770'],
    ])
    expect(account.calls.map((call) => call.rows)).toEqual([[[MOMENT]], [[MOMENT]]])
  })
})

function echo(type: string): string {
  return `ECHO_${TYPES.indexOf(type)}`
}

function addEcho(type: string): void {
  const dataType = parseDataType(type)
  account.addFunction({
    name: echo(type),
    arguments: [{ name: 'X', type: dataType }],
    returns: dataType,
  })
}

/** @param returns May end in NOT NULL. */
function addAnswering(name: string, returns: string, answer: string): void {
  const type = returns.replace(' NOT NULL', '')
  answers.set(name, answer)
  account.addFunction({
    name,
    arguments: [],
    returns: parseDataType(type),
    returnsNotNull: type !== returns,
  })
}
