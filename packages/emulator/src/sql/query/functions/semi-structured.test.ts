import { expect, test } from 'vitest'
import { openQueryAccount } from '../testing/query-account.ts'

const account = await openQueryAccount()

// https://docs.snowflake.com/en/sql-reference/functions-semistructured
test.each([
  [`PARSE_JSON('{"a":1, "b": [1,2,{"c":"x"}]}')`, '{"a":1,"b":[1,2,{"c":"x"}]}'],
  [`PARSE_JSON('')`, null],
  [`TRY_PARSE_JSON('{bad')`, null],
  [`CHECK_JSON('[1]')`, null],
  [`PARSE_JSON('{"a":{"b":[1,2]}}'):a.b[1]::INT`, '2'],
  [`PARSE_JSON('{"a b":{"c":1}}'):"a b".c`, '1'],
  [`PARSE_JSON('{"a":1}')['a']`, '1'],
  [`PARSE_JSON('[1,2]')[1]`, '2'],
  [`PARSE_JSON('[1]')[5]`, null],
  [`PARSE_JSON('{"a":null}'):a`, 'null'],
  [`PARSE_JSON('{"a":null}'):a::VARCHAR`, null],
  [`PARSE_JSON('{"a":null}'):b`, null],
  [`IS_NULL_VALUE(PARSE_JSON('{"a":null}'):a)`, '1'],
  [`STRIP_NULL_VALUE(PARSE_JSON('null'))`, null],
  [`TYPEOF(PARSE_JSON('1'))`, 'INTEGER'],
  [`TYPEOF(PARSE_JSON('"a"'))`, 'VARCHAR'],
  [`TYPEOF(PARSE_JSON('null'))`, 'NULL_VALUE'],
  [`TYPEOF(1.5::VARIANT)`, 'DECIMAL'],
  [`IS_ARRAY(PARSE_JSON('[]'))`, '1'],
  [`IS_BOOLEAN(PARSE_JSON('true'))`, '1'],
  [`IS_INTEGER(PARSE_JSON('1.5'))`, '0'],
  [`IS_DECIMAL(PARSE_JSON('1.5'))`, '1'],
  [`IS_DOUBLE(PARSE_JSON('1.5'))`, '1'],
  [`IS_REAL(PARSE_JSON('"x"'))`, '0'],
  [`IS_VARCHAR(PARSE_JSON('"x"'))`, '1'],
  [`IS_CHAR(PARSE_JSON('1'))`, '0'],
  [`TO_VARIANT('x')`, '"x"'],
  [`TO_OBJECT(PARSE_JSON('{"a":1}'))`, '{"a":1}'],
  [`IS_OBJECT(PARSE_JSON('[]'))`, '0'],
  [`OBJECT_CONSTRUCT('a', 1, 'b', 'x', 'c', NULL)`, '{"a":1,"b":"x"}'],
  [`OBJECT_CONSTRUCT()`, '{}'],
  [`OBJECT_CONSTRUCT_KEEP_NULL('a', NULL)`, '{"a":null}'],
  [`{'k': 1, 'n': NULL}`, '{"k":1,"n":null}'],
  [`ARRAY_CONSTRUCT(1, 'a', NULL, 2.50, TRUE)`, '[1,"a",null,2.5,true]'],
  [`ARRAY_CONSTRUCT_COMPACT(1, NULL, 2)`, '[1,2]'],
  [`[1, 2][0]`, '1'],
  [`GET(PARSE_JSON('[5]'), 0)`, '5'],
  [`GET_PATH(PARSE_JSON('{"a":[{"b":7}]}'), 'a[0].b')`, '7'],
  [`ARRAY_SIZE([1, 2, 3])`, '3'],
  [`ARRAY_APPEND([1], 2)`, '[1,2]'],
  [`ARRAY_PREPEND([1], 0)`, '[0,1]'],
  [`ARRAY_CAT([1], [2])`, '[1,2]'],
  [`ARRAY_CONTAINS('a'::VARIANT, ['a', 'b'])`, '1'],
  [`ARRAY_POSITION(2, [1, 2])`, '1'],
  [`ARRAY_POSITION(9, [1])`, null],
  [`ARRAY_SLICE([1, 2, 3, 4], 1, 3)`, '[2,3]'],
  [`ARRAY_SLICE([1, 2, 3], 0, -1)`, '[1,2]'],
  [`ARRAY_TO_STRING([1, 'a', NULL], '-')`, '1-a-'],
  [`ARRAY_COMPACT([1, NULL, 2])`, '[1,2]'],
  [`ARRAY_DISTINCT([1, 1, 2])`, '[1,2]'],
  [`ARRAY_GENERATE_RANGE(0, 3)`, '[0,1,2]'],
  [`OBJECT_KEYS(OBJECT_CONSTRUCT('a', 1, 'b', 2))`, '["a","b"]'],
  [`OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'b', 2)`, '{"a":1,"b":2}'],
  [`OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'a', 2, TRUE)`, '{"a":2}'],
  [`OBJECT_DELETE(OBJECT_CONSTRUCT('a', 1, 'b', 2), 'a')`, '{"b":2}'],
  [`OBJECT_PICK(OBJECT_CONSTRUCT('a', 1, 'b', 2), 'b')`, '{"b":2}'],
  [`TO_JSON(OBJECT_CONSTRUCT('a', 'x'))`, '{"a":"x"}'],
  [`TO_ARRAY(1)`, '[1]'],
  [`PARSE_JSON('{"a":"x"}'):a::STRING || '!'`, 'x!'],
  [`PARSE_JSON('5') + 1`, '6'],
  [`PARSE_JSON('"x"') = 'x'`, '1'],
  [`PARSE_JSON('true')::BOOLEAN`, '1'],
  [`OBJECT_CONSTRUCT(*) FROM (SELECT 1 AS a, 'x' AS b)`, '{"A":1,"B":"x"}'],
])('SELECT %s gives %s', async (expression, expected) => {
  expect(await account.rows(`SELECT ${expression}`)).toEqual([[expected]])
})

test('OBJECT_INSERT refuses a key that is there', async () => {
  const sql = `SELECT OBJECT_INSERT(OBJECT_CONSTRUCT('a', 1), 'a', 2)`
  await expect(account.rows(sql)).rejects.toMatchObject({ code: '100204' })
})

test('PARSE_JSON refuses what is no JSON', async () => {
  await expect(account.rows(`SELECT PARSE_JSON('{bad')`)).rejects.toMatchObject({ code: '100069' })
})

test('FLATTEN gives a row for each element and member', async () => {
  expect(
    await account.rows(`SELECT f.index, f.value::INT FROM TABLE(FLATTEN(INPUT => [10, 20])) f`),
  ).toEqual([
    ['0', '10'],
    ['1', '20'],
  ])
  expect(
    await account.rows(
      `SELECT t.k, f.key, f.path, f.value
       FROM (SELECT 'a' AS k, PARSE_JSON('{"x":1,"y":[2]}') AS v) t, LATERAL FLATTEN(INPUT => t.v) f`,
    ),
  ).toEqual([
    ['a', 'x', 'x', '1'],
    ['a', 'y', 'y', '[2]'],
  ])
})

test('FLATTEN keeps the order of the elements, wherever it is joined', async () => {
  const lists = `(SELECT column1 AS k, PARSE_JSON(column2) AS v FROM VALUES ('a', '[1,2,3]'), ('b', '[]'), ('c', '[[4,5]]')) t`
  const flattened = [
    ['a', '1'],
    ['a', '2'],
    ['a', '3'],
    ['c', '[4,5]'],
  ]
  expect(await account.rows(`SELECT t.k, f.value FROM ${lists}, TABLE(FLATTEN(t.v)) f`)).toEqual(
    flattened,
  )
  expect(
    await account.rows(
      `SELECT t.k, f.value FROM ${lists} CROSS JOIN LATERAL FLATTEN(INPUT => v) f WHERE t.k <> 'b'`,
    ),
  ).toEqual(flattened)
  expect(
    await account.rows(
      `SELECT g.value, f.index, g.this FROM ${lists}, LATERAL FLATTEN(v) f, LATERAL FLATTEN(f.value) g`,
    ),
  ).toEqual([
    ['4', '0', '[4,5]'],
    ['5', '0', '[4,5]'],
  ])
})

test('FLATTEN keeps a row for nothing when OUTER says so', async () => {
  const flatten = (outer: string): string =>
    `SELECT f.value FROM TABLE(FLATTEN(INPUT => PARSE_JSON('[]'), OUTER => ${outer})) f`
  expect(await account.rows(flatten('TRUE'))).toEqual([[null]])
  expect(await account.rows(flatten('FALSE'))).toEqual([])
})
