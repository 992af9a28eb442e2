import { describe, expect, test } from 'vitest'
import { createFunctionSql } from './create-function-sql.ts'
import { defineServiceFunction } from './define-service-function.ts'

const convert = defineServiceFunction({
  name: 'convert_udf',
  path: '/convert',
  arguments: { temp_c: 'FLOAT' },
  returns: 'FLOAT',
  maxBatchRows: 5,
  handler: (celsius) => celsius,
})

describe('createFunctionSql()', () => {
  test("writes the quickstart's function", () => {
    expect(createFunctionSql(convert, { service: 'convert_api', endpoint: 'convert-api' })).toBe(
      `CREATE FUNCTION CONVERT_UDF (TEMP_C FLOAT)
  RETURNS FLOAT
  RETURNS NULL ON NULL INPUT
  SERVICE = CONVERT_API
  ENDPOINT = 'convert-api'
  MAX_BATCH_ROWS = 5
  AS '/convert'`,
    )
  })

  test('writes every option, in the order of the reference page', () => {
    const label = defineServiceFunction({
      name: '"say hi"',
      path: '/',
      arguments: { '"my city"': 'VARCHAR(16)', n: 'NUMBER(38,0)' },
      returns: 'VARIANT',
      nullHandling: 'called-on-null-input',
      maxBatchRows: 10,
      comment: "it's a \\ label",
      contextHeaders: ['CURRENT_USER', 'CURRENT_ROLE'],
      handler: () => null,
    })
    const sql = createFunctionSql(label, {
      service: 'db.public.api',
      endpoint: 'main',
      name: 'db.public."other name"',
      orReplace: true,
      immutable: true,
      maxBatchRetries: 0,
      onBatchFailure: 'RETURN_NULL',
      batchTimeoutSecs: 60,
    })
    expect(sql).toBe(
      `CREATE OR REPLACE FUNCTION DB.PUBLIC."other name" ("my city" VARCHAR(16), N NUMBER(38,0))
  RETURNS VARIANT
  IMMUTABLE
  SERVICE = DB.PUBLIC.API
  ENDPOINT = 'main'
  COMMENT = 'it\\'s a \\\\ label'
  CONTEXT_HEADERS = (CURRENT_USER, CURRENT_ROLE)
  MAX_BATCH_ROWS = 10
  MAX_BATCH_RETRIES = 0
  ON_BATCH_FAILURE = RETURN_NULL
  BATCH_TIMEOUT_SECS = 60
  AS '/'`,
    )
  })

  test('refuses a service name that is none', () => {
    expect(() => createFunctionSql(convert, { service: 'a; DROP', endpoint: 'e' })).toThrow(
      expect.objectContaining({ code: 'IDENTIFIER_INVALID' }),
    )
  })
})
