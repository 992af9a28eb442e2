import { describe, expect, test } from 'vitest'
import { type Answer, ScriptedRunner } from '../testing/scripted-runner.ts'
import { explainStepFailure } from './explain-step-failure.ts'

const CREATE =
  'CREATE SERVICE IF NOT EXISTS DB.PUBLIC.API IN COMPUTE POOL POOL FROM @DB.PUBLIC.SPECS ' +
  "SPECIFICATION_TEMPLATE_FILE = 'api.yaml' USING (image => 'x') " +
  'EXTERNAL_ACCESS_INTEGRATIONS = (OPEN_EAI, OTHER_EAI) QUERY_WAREHOUSE = WH'
const STEP = { kind: 'create', object: 'service DB.PUBLIC.API', sql: CREATE }

/** An error as `session` has it: Snowflake's code and text beside its own. */
function snowflakeError(code: string, text: string): Error {
  const error = new Error(`Cannot run statement: ${code}: ${text}`)
  return Object.assign(error, { snowflakeCode: code, snowflakeMessage: text })
}

/** What a role of these grants answers. */
function account(answers: Readonly<Record<string, Answer>> = {}): ScriptedRunner {
  return new ScriptedRunner({
    'SELECT CURRENT_ROLE': [{ role: 'DEV', user: 'ME' }],
    'SHOW GRANTS TO USER ME': [{ role: 'DEV' }, { role: 'BOSS' }],
    ...answers,
  })
}

function explain(error: unknown, runner = account(), sql = CREATE) {
  return explainStepFailure(runner, { ...STEP, sql }, error)
}

// "Insufficient privileges to operate on <kind> 'X'": the official CLI's and the Terraform provider's tests.
describe('explainStepFailure() of a privilege that Snowflake names', () => {
  test.each([
    [
      'COMPUTE_POOL_USAGE_MISSING',
      "compute pool 'POOL'",
      'GRANT USAGE ON COMPUTE POOL POOL TO ROLE DEV',
    ],
    [
      'IMAGE_READ_MISSING',
      "image repository 'DB.PUBLIC.REPO'",
      'GRANT READ ON IMAGE REPOSITORY DB.PUBLIC.REPO',
    ],
    ['STAGE_READ_MISSING', "stage 'DB.PUBLIC.SPECS'", 'GRANT READ ON STAGE DB.PUBLIC.SPECS'],
    ['WAREHOUSE_USAGE_MISSING', "warehouse 'WH'", 'GRANT USAGE ON WAREHOUSE WH'],
    ['EXTERNAL_ACCESS_MISSING', "integration 'OPEN_EAI'", 'GRANT USAGE ON INTEGRATION OPEN_EAI'],
    ['SECRET_MISSING', "secret 'DB.PUBLIC.KEY'", 'GRANT READ ON SECRET DB.PUBLIC.KEY'],
    [
      'BIND_ENDPOINT_MISSING',
      'account',
      'GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE DEV as ACCOUNTADMIN',
    ],
  ])('%s: %s', async (code, what, hint) => {
    const text = `SQL access control error:\nInsufficient privileges to operate on ${what}.`
    const cause = snowflakeError('003001', text)
    const error = await explain(cause)
    expect(error).toMatchObject({ code, cause, hint: expect.stringContaining(hint) })
    expect(error.message).toMatch(/^Cannot create service DB\.PUBLIC\.API: role DEV has no /)
  })
})

// "… 'X' does not exist or not authorized": it does not say which of the two.
describe('explainStepFailure() of an object that is missing or hidden', () => {
  const hidden = (what: string) =>
    snowflakeError('002003', `SQL compilation error:\n${what} does not exist or not authorized.`)
  const onPool = { privilege: 'OWNERSHIP', granted_on: 'COMPUTE_POOL', name: 'POOL' }

  test.each([
    ['the role sees it', { "SHOW COMPUTE POOLS LIKE 'POOL'": [{ name: 'POOL' }] }],
    ['another role of the user owns it', { 'SHOW GRANTS TO ROLE BOSS': [onPool] }],
    [
      'a role below another one of the user owns it',
      {
        'SHOW GRANTS TO ROLE BOSS': [{ privilege: 'USAGE', granted_on: 'ROLE', name: 'ADMIN' }],
        'SHOW GRANTS TO ROLE ADMIN': [onPool],
      },
    ],
  ])('names the privilege when %s', async (_how, answers) => {
    const error = await explain(hidden("Compute pool 'POOL'"), account(answers))
    expect(error).toMatchObject({
      code: 'COMPUTE_POOL_USAGE_MISSING',
      message: expect.stringContaining('role DEV has no USAGE on compute pool POOL'),
    })
  })

  test.each([
    ['COMPUTE_POOL_MISSING', "Compute pool 'POOL'"],
    ['WAREHOUSE_USAGE_MISSING', "Warehouse 'WH'"],
    ['EXTERNAL_ACCESS_MISSING', "Integration 'OPEN_EAI'"],
    ['SECRET_MISSING', "Secret 'DB.PUBLIC.KEY'"],
    ['STAGE_READ_MISSING', "Stage 'DB.PUBLIC.SPECS'"],
  ])('%s says both when nobody knows of it: %s', async (code, what) => {
    const refused = account({ 'SHOW GRANTS': new Error('Insufficient privileges') })
    const error = await explain(hidden(what), refused)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/is not there, or role DEV has no (USAGE|READ) on it/)
  })

  test('finds the kind in the statement when the message calls it an object', async () => {
    const error = await explain(hidden("Object 'WH'"))
    expect(error.code).toBe('WAREHOUSE_USAGE_MISSING')
  })

  test('finds what of all that the statement names the role cannot use', async () => {
    const grants = [
      { privilege: 'USAGE', granted_on: 'COMPUTE_POOL', name: 'POOL' },
      { privilege: 'READ', granted_on: 'STAGE', name: 'DB.PUBLIC.SPECS' },
      { privilege: 'USAGE', granted_on: 'INTEGRATION', name: 'OPEN_EAI' },
    ]
    const runner = account({ 'SHOW GRANTS TO ROLE DEV': grants })
    const error = await explain(hidden('Object'), runner)
    expect(error).toMatchObject({
      code: 'EXTERNAL_ACCESS_MISSING',
      message: expect.stringContaining('OTHER_EAI'),
    })
  })
})

describe('explainStepFailure() of an image', () => {
  // The first text is that of a real account, as its users report it.
  test.each([
    [
      'IMAGE_ARCHITECTURE_WRONG',
      "SPCS only supports image for amd64 architecture. Please rebuild your image with '--platform linux/amd64' option",
    ],
    ['IMAGE_MISSING', 'the image does not exist. There are the tags v1'],
    ['REPOSITORY_MISSING', 'the image repository does not exist or not authorized'],
  ])('%s: %s', async (code, why) => {
    const text = `Failed to retrieve image /db/public/repo/api:v2 from the image repository : ${why}`
    const error = await explain(snowflakeError('395000', text))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/api:v2|DB\.PUBLIC\.REPO/)
  })
})

describe('explainStepFailure()', () => {
  // Codes of DESCRIBE COMPUTE POOL: https://docs.snowflake.com/en/sql-reference/sql/desc-compute-pool
  test.each([
    ['COMPUTE_POOL_FULL', '392508', 'cannot scale'],
    ['COMPUTE_POOL_TIMED_OUT', '392507', 'CAPACITY_ERROR'],
    ['COMPUTE_POOL_SUSPENDED', '395000', "Compute pool 'POOL' is suspended"],
    [
      'TOKEN_EXPIRED',
      '390114',
      'Authentication token has expired. The user must authenticate again.',
    ],
  ])('%s: %s %s', async (code, number, text) => {
    expect((await explain(snowflakeError(number, text))).code).toBe(code)
  })

  test('keeps to STEP_FAILED where it knows no better', async () => {
    const cause = snowflakeError('001003', 'SQL compilation error: syntax error')
    expect(await explain(cause)).toMatchObject({ code: 'STEP_FAILED', cause })
    const grant = 'GRANT USAGE ON COMPUTE POOL POOL TO ROLE R'
    const refused = snowflakeError(
      '003001',
      "Insufficient privileges to operate on compute pool 'POOL'",
    )
    expect((await explain(refused, account(), grant)).code).toBe('STEP_FAILED')
  })

  test('explains what it can when the account answers nothing more', async () => {
    const text = "Insufficient privileges to operate on warehouse 'WH'"
    const silent = account({ SELECT: new Error('no') })
    const error = await explain(snowflakeError('003001', text), silent)
    expect(error).toMatchObject({ code: 'WAREHOUSE_USAGE_MISSING' })
  })
})
