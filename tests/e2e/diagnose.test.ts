import { explainStepFailure, machinePlatform } from '@spcs/deploy'
import { connect } from '@spcs/session'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DeployerAccount } from '../services/deployer-account.ts'

let account: DeployerAccount
let image: string

beforeAll(async () => {
  account = await DeployerAccount.start()
  // What is created here is to be created only: nothing needs to run.
  await account.admin.execute('ALTER COMPUTE POOL POOL SET AUTO_RESUME = FALSE')
  await account.admin.execute('ALTER COMPUTE POOL POOL SUSPEND')
  image = await account.push(
    'api',
    "require('node:http').createServer((_, answer) => answer.end('ok')).listen(9090)",
  )
})
afterAll(async () => {
  await account[Symbol.asyncDispose]()
})

afterEach(async () => {
  await account.admin.execute('DROP SERVICE IF EXISTS API')
})

function createService(name: string): string {
  return `CREATE SERVICE ${name} IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers:
  - name: api
    image: ${image}
    secrets:
    - { snowflakeSecret: KEY, envVarName: KEY, secretKeyRef: secret_string }
    volumeMounts: [{ name: files, mountPath: /files }]
  endpoints:
  - { name: web, port: 9090, public: true }
  volumes:
  - { name: files, source: "@SPECS" }
$$ EXTERNAL_ACCESS_INTEGRATIONS = (OPEN_EAI) QUERY_WAREHOUSE = WH`
}

/** What a deploy would say of the statement's failure; fails where it succeeds. */
async function explained(sql: string) {
  const step = { kind: 'create', object: 'service DB.PUBLIC.API', sql }
  const error = await account.deployer.execute(sql).then(
    () => new Error('it was created'),
    (reason: unknown) => reason,
  )
  return explainStepFailure(account.deployer, step, error)
}

describe('a privilege that the deploying role lacks', () => {
  test.each([
    ['COMPUTE_POOL_USAGE_MISSING', 'USAGE, MONITOR ON COMPUTE POOL POOL'],
    ['IMAGE_READ_MISSING', 'READ ON IMAGE REPOSITORY IMAGE_REPO'],
    ['STAGE_READ_MISSING', 'READ ON STAGE SPECS'],
    ['SECRET_MISSING', 'READ ON SECRET KEY'],
    ['EXTERNAL_ACCESS_MISSING', 'USAGE ON INTEGRATION OPEN_EAI'],
    ['WAREHOUSE_USAGE_MISSING', 'USAGE ON WAREHOUSE WH'],
    ['BIND_ENDPOINT_MISSING', 'BIND SERVICE ENDPOINT ON ACCOUNT'],
  ])('%s: its hint is the statement that mends it', async (code, privilege) => {
    await account.admin.execute(`REVOKE ${privilege} FROM ROLE DEV`)
    const error = await explained(createService('API'))
    expect(error).toMatchObject({ code, message: expect.stringContaining('role DEV has no ') })

    const [grant = ''] = /GRANT .*? TO ROLE DEV/.exec(error.hint ?? '') ?? []
    await account.admin.execute(grant)
    await account.deployer.execute(createService('API'))
    await account.admin.execute(`GRANT ${privilege} TO ROLE DEV`)
  })
})

describe('something that a service needs and that is not there', () => {
  test.each([
    ['IMAGE_MISSING', '/api:', '/api:other-'],
    ['REPOSITORY_MISSING', '/image_repo/', '/other_repo/'],
    ['SECRET_MISSING', 'snowflakeSecret: KEY', 'snowflakeSecret: LOCK'],
    ['EXTERNAL_ACCESS_MISSING', '(OPEN_EAI)', '(OTHER_EAI)'],
    ['WAREHOUSE_USAGE_MISSING', '= WH', '= OTHER_WH'],
    ['COMPUTE_POOL_MISSING', 'POOL POOL', 'POOL OTHER_POOL'],
  ])('%s', async (code, there, other) => {
    const error = await explained(createService('API').replace(there, other))
    expect(error).toMatchObject({ code, message: expect.stringMatching(/other|LOCK/i) })
  })
})

test('IMAGE_ARCHITECTURE_WRONG: an image for other nodes', async () => {
  const platform = machinePlatform() === 'linux/arm64' ? 'darwin/arm64' : 'linux/arm64'
  const other = await account.push('other', '', { platform })
  const error = await explained(createService('API').replace(image, other))
  expect(error).toMatchObject({
    code: 'IMAGE_ARCHITECTURE_WRONG',
    hint: expect.stringContaining('--platform linux/amd64'),
  })
})

test('TOKEN_EXPIRED: a session that Snowflake has ended', async () => {
  const session = await connect(account.emulator.connection)
  await session.close()
  const step = { kind: 'create', object: 'service DB.PUBLIC.API', sql: createService('API') }
  const error: unknown = await session.execute(step.sql).catch((reason: unknown) => reason)
  expect(await explainStepFailure(session, step, error)).toMatchObject({
    code: 'TOKEN_EXPIRED',
    hint: 'Run the command again: it connects anew',
  })
})
