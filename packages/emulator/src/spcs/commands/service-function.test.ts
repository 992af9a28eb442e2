import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf, statusOf } from '../../testing/test-account.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const CREATE = `CREATE FUNCTION convert_udf(temp_c FLOAT) RETURNS FLOAT SERVICE = tiny ENDPOINT = 'api' MAX_BATCH_ROWS = 5 AS '/convert'`

let account: ServiceAccount
beforeEach(async () => {
  account = serviceAccount()
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS INITIALLY_SUSPENDED = TRUE AUTO_RESUME = FALSE',
  )
  await account.push({})
  const spec = tinySpec({ spec: '  - { name: peers, port: 9000, protocol: TCP }' })
  await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${spec}`)
})
afterEach(() => account[Symbol.asyncDispose]())

describe('CREATE FUNCTION', () => {
  test('keeps what a call needs', async () => {
    expect(statusOf(await account.run(CREATE))).toBe('Function CONVERT_UDF successfully created.')
    expect(account.account.catalog.functions.get('DB.PUBLIC.CONVERT_UDF(FLOAT)')).toMatchObject({
      arguments: [{ name: 'TEMP_C', type: { kind: 'FLOAT' } }],
      returns: { kind: 'FLOAT' },
      strict: false,
      immutable: false,
      service: 'DB.PUBLIC.TINY',
      endpoint: 'api',
      path: '/convert',
      maxBatchRows: 5,
      maxBatchRetries: 3,
      onBatchFailure: 'ABORT',
      batchTimeoutSecs: 3600,
    })
  })

  test('takes every option', async () => {
    await account.run(`CREATE FUNCTION f(a NUMBER(10, 2), b VARCHAR, c DOUBLE PRECISION) RETURNS VARCHAR(20) NOT NULL
      RETURNS NULL ON NULL INPUT IMMUTABLE SERVICE = db.public.tiny ENDPOINT = "api" COMMENT = 'c'
      CONTEXT_HEADERS = (current_user, CURRENT_ROLE) MAX_BATCH_RETRIES = 0 ON_BATCH_FAILURE = RETURN_NULL
      BATCH_TIMEOUT_SECS = 60 AS '/f'`)
    expect(
      account.account.catalog.functions.get('DB.PUBLIC.F(NUMBER, VARCHAR, FLOAT)'),
    ).toMatchObject({
      returns: { kind: 'VARCHAR', length: 20 },
      returnsNotNull: true,
      strict: true,
      immutable: true,
      contextHeaders: ['CURRENT_USER', 'CURRENT_ROLE'],
      maxBatchRows: null,
      maxBatchRetries: 0,
      onBatchFailure: 'RETURN_NULL',
      batchTimeoutSecs: 60,
      comment: 'c',
    })
  })

  test('overloads by types; refuses, keeps or replaces one of the same', async () => {
    await account.run(CREATE)
    await account.run(CREATE.replace('temp_c FLOAT', 'temp_c VARCHAR'))
    await expect(account.run(CREATE)).rejects.toMatchObject({ code: '002002' })
    const keep = CREATE.replace('FUNCTION', 'FUNCTION IF NOT EXISTS')
    expect(statusOf(await account.run(keep))).toBe(
      'CONVERT_UDF already exists, statement succeeded.',
    )
    await account.run(CREATE.replace('CREATE', 'CREATE OR REPLACE').replace('= 5', '= 7'))
    const functions = account.account.catalog.functions.list()
    expect(functions.map((fn) => fn.maxBatchRows)).toEqual([7, 5])
  })

  test.each([
    [CREATE.replace('tiny', 'none'), '002003'],
    [CREATE.replace("'api'", "'web'"), '395018'],
    [CREATE.replace("'api'", 'peers'), '395018'],
    [CREATE.replace("ENDPOINT = 'api'", ''), '001003'],
    [CREATE.replace("AS '/convert'", ''), '001003'],
    [CREATE.replace('= 5', '= 0'), '001420'],
    [CREATE.replace('temp_c FLOAT', 'temp_c GEOGRAPHY'), '002040'],
    ["CREATE FUNCTION f() RETURNS INT AS '1'", '000002'],
    ["CREATE FUNCTION f() RETURNS INT LANGUAGE PYTHON AS '1'", '000002'],
    ["CREATE FUNCTION f() RETURNS TABLE (a INT) AS '1'", '000002'],
    [CREATE.replace('MAX_BATCH_ROWS = 5', 'CONTEXT_HEADERS = (nothing)'), '001420'],
  ])('%s is refused with %s', async (sql, code) => {
    await expect(account.run(sql)).rejects.toMatchObject({ code })
    expect(account.account.catalog.functions.list()).toEqual([])
  })

  test('needs a service role for the endpoint, or the service', async () => {
    const { catalog } = account.account
    const rest = {
      to: 'ROLE',
      grantee: 'PUBLIC',
      grantOption: false,
      grantedBy: '',
      createdOn: '',
    } as const
    catalog.grants = [
      ...catalog.grants,
      { privilege: 'CREATE FUNCTION', on: 'SCHEMA', name: 'DB.PUBLIC', ...rest },
    ]
    account.session.role = 'PUBLIC'
    await expect(account.run(CREATE)).rejects.toMatchObject({ code: '003001' })
    const name = 'DB.PUBLIC.TINY!ALL_ENDPOINTS_USAGE'
    catalog.grants = [...catalog.grants, { privilege: 'USAGE', on: 'SERVICE ROLE', name, ...rest }]
    await account.run(CREATE)
  })
})

describe('ALTER and DROP FUNCTION', () => {
  test('change one by its types', async () => {
    await account.run(CREATE)
    await account.run("ALTER FUNCTION convert_udf(FLOAT) SET MAX_BATCH_ROWS = 9 COMMENT = 'x'")
    await account.run('ALTER FUNCTION convert_udf(DOUBLE) UNSET COMMENT')
    expect(account.account.catalog.functions.list()).toMatchObject([
      { maxBatchRows: 9, comment: '' },
    ])
    await account.run('ALTER FUNCTION convert_udf(FLOAT) RENAME TO to_fahrenheit')
    await account.run('ALTER FUNCTION to_fahrenheit(FLOAT) SET SERVICE = tiny ENDPOINT = api')
    expect(statusOf(await account.run('DROP FUNCTION to_fahrenheit(FLOAT)'))).toBe(
      'TO_FAHRENHEIT successfully dropped.',
    )
  })

  test('of one that is not there are refused, unless IF EXISTS', async () => {
    await account.run(CREATE)
    await expect(account.run('DROP FUNCTION convert_udf(VARCHAR)')).rejects.toMatchObject({
      code: '002003',
    })
    await expect(account.run("ALTER FUNCTION f(INT) SET COMMENT = ''")).rejects.toMatchObject({
      code: '002003',
    })
    expect(statusOf(await account.run('DROP FUNCTION IF EXISTS convert_udf(VARCHAR)'))).toBe(
      'Drop statement executed successfully (CONVERT_UDF already dropped).',
    )
  })
})

describe('SHOW and DESCRIBE FUNCTION', () => {
  test('tell the functions', async () => {
    await account.run(CREATE)
    expect(columnsOf(await account.run('SHOW USER FUNCTIONS')).join(' ')).toBe(
      'created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments description catalog_name is_table_function valid_for_clustering is_secure secrets external_access_integrations is_external_function language is_memoizable is_data_metric',
    )
    expect(await account.show("SHOW FUNCTIONS LIKE 'convert%' IN SCHEMA db.public")).toMatchObject([
      { name: 'CONVERT_UDF', arguments: 'CONVERT_UDF(FLOAT) RETURN FLOAT', catalog_name: 'DB' },
    ])
    const described = await account.show('DESC FUNCTION convert_udf(FLOAT)')
    expect(described.map(({ property, value }) => [property, value])).toContainEqual([
      'signature',
      '(TEMP_C FLOAT)',
    ])
    await expect(account.run('DESC FUNCTION convert_udf(INT)')).rejects.toMatchObject({
      code: '002043',
    })
  })
})
