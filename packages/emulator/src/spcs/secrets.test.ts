import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../commands/command.ts'
import { externalAccessIntegrationCommands } from '../commands/external-access-integration.ts'
import { grantCommands } from '../commands/grant.ts'
import { networkRuleCommands } from '../commands/network-rule.ts'
import { roleCommands } from '../commands/role.ts'
import { secretCommands } from '../commands/secret.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from './testing/service-account.ts'

const commands = [
  secretCommands,
  externalAccessIntegrationCommands,
  networkRuleCommands,
  roleCommands,
  grantCommands,
].flat()

interface SecretAccount extends ServiceAccount {
  /** Creates the tiny service, with these secrets in its container. */
  create(secrets: string, properties?: string): Promise<unknown>
  call(path: string, body?: string): Promise<string>
}

/** Has a secret of each type: KEY, LOGIN, OAUTH. */
async function secretAccount(): Promise<SecretAccount> {
  const account = serviceAccount()
  const run: ServiceAccount['run'] = async (sql) =>
    runCommand(sql, account.context(), commands) ?? account.run(sql)
  await account.push({})
  await run('CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS')
  await run("CREATE SECRET key TYPE = GENERIC_STRING SECRET_STRING = 'first'")
  await run("CREATE SECRET login TYPE = PASSWORD USERNAME = 'svc' PASSWORD = 'p1'")
  await run('CREATE SECRET oauth TYPE = OAUTH2 API_AUTHENTICATION = google')
  const { services, catalog } = account.account
  return {
    ...account,
    run,
    create: (secrets, properties = '') => {
      const spec = tinySpec({ container: `    secrets: [${secrets}]` })
      return run(
        `CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION ${spec} ${properties}`,
      )
    },
    call: async (path, body = '') => {
      const signal = AbortSignal.timeout(10_000)
      const service = catalog.services.get('DB.PUBLIC.TINY')
      const lease = await services.leaseEndpoint(service, 'api', signal)
      const response = await fetch(lease.url + path, { method: 'POST', body, signal })
      const text = await response.text()
      lease.release()
      return text
    },
  }
}

describe('secrets of a container', () => {
  test('come as variables that stay, and as files that follow', async () => {
    await using account = await secretAccount()
    await account.create(`{ snowflakeSecret: key, envVarName: KEY, secretKeyRef: secret_string },
      { snowflakeSecret: { objectName: db.public.login }, envVarName: WHO, secretKeyRef: username },
      { snowflakeSecret: key, directoryPath: /secrets/key },
      { snowflakeSecret: { objectName: DB.PUBLIC.LOGIN }, directoryPath: /secrets/login }`)
    const env = JSON.parse(await account.call('/env')) as Record<string, string>
    expect(env).toMatchObject({ KEY: 'first', WHO: 'svc' })
    expect(await account.call('/files', '/secrets/key/secret_string')).toBe('first')
    expect(await account.call('/files', '/secrets/login/username')).toBe('svc')
    expect(await account.call('/files', '/secrets/login/password')).toBe('p1')

    await account.run("ALTER SECRET login SET PASSWORD = 'p2'")
    expect(await account.call('/files', '/secrets/login/password')).toBe('p2')
    await account.run("CREATE OR REPLACE SECRET key TYPE = PASSWORD USERNAME = 'u' PASSWORD = 'p'")
    expect(await account.call('/files', '/secrets/key/username')).toBe('u')
    expect(await account.call('/files', '/secrets/key/secret_string')).toContain('ENOENT')
    expect(JSON.parse(await account.call('/env'))).toMatchObject({ KEY: 'first' })
    await account.run('DROP SECRET login')
    expect(await account.call('/files', '/secrets/login/password')).toBe('p2')
  })

  test('are in a folder that is closed to others, and goes with the instance', async () => {
    await using account = await secretAccount()
    await account.create('{ snowflakeSecret: login, directoryPath: /secrets }')
    await account.call('/healthcheck')
    const instances = join(account.directory, 'run')
    const [instance = ''] = readdirSync(instances).filter((name) => name.endsWith('-0'))
    const folder = join(instances, instance, 'secrets')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(folder, 'tiny-0', 'password'), 'utf8')).toBe('p1')
    await account.services.stop()
    expect(readdirSync(instances)).toEqual([])
  })

  test('appear in no specification, status or log', async () => {
    await using account = await secretAccount()
    await account.run("ALTER SECRET key SET SECRET_STRING = 'canary-91c'")
    await account.create('{ snowflakeSecret: key, envVarName: KEY, secretKeyRef: secret_string }')
    await account.call('/healthcheck')
    const shown = [
      await account.show('DESC SERVICE tiny'),
      await account.show('SHOW SERVICES'),
      await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny'),
      await account.system('SYSTEM$GET_SERVICE_LOGS', 'tiny', 0, 'tiny'),
    ]
    expect(JSON.stringify(shown)).not.toContain('canary')
    expect(JSON.stringify(shown)).toContain('KEY')
  })

  test('of OAuth need an integration that allows them, enabled', async () => {
    await using account = await secretAccount()
    const oauth = '{ snowflakeSecret: oauth, directoryPath: /s }'
    await account.run(
      "CREATE NETWORK RULE r TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.example')",
    )
    const integration = 'EXTERNAL ACCESS INTEGRATION eai ALLOWED_NETWORK_RULES = (r)'
    await expect(
      account.run(
        `CREATE ${integration} ALLOWED_AUTHENTICATION_SECRETS = (none_such) ENABLED = TRUE`,
      ),
    ).rejects.toThrow("Secret 'DB.PUBLIC.NONE_SUCH' does not exist or not authorized.")
    await account.run(`CREATE ${integration} ENABLED = TRUE`)
    await expect(account.create(oauth)).rejects.toThrow("secret 'DB.PUBLIC.OAUTH' of type OAUTH2")
    const allowing = 'EXTERNAL_ACCESS_INTEGRATIONS = (EAI)'
    await expect(account.create(oauth, allowing)).rejects.toThrow('ALLOWED_AUTHENTICATION_SECRETS')
    await account.run(
      'ALTER EXTERNAL ACCESS INTEGRATION eai SET ALLOWED_AUTHENTICATION_SECRETS = (oauth)',
    )
    await account.run('ALTER EXTERNAL ACCESS INTEGRATION eai SET ENABLED = FALSE')
    await expect(account.create(oauth, allowing)).rejects.toThrow('ALLOWED_AUTHENTICATION_SECRETS')
    await account.run('ALTER EXTERNAL ACCESS INTEGRATION eai SET ENABLED = TRUE')
    await account.create(oauth, allowing)
    expect(await account.call('/files', '/s/access_token')).toMatch(
      /^local-access-token-[\w-]{24}$/,
    )
    await expect(
      account.run('ALTER SERVICE tiny UNSET EXTERNAL_ACCESS_INTEGRATIONS'),
    ).rejects.toThrow('ALLOWED_AUTHENTICATION_SECRETS')
  })

  test('that are gone when an instance starts are named in its log', async () => {
    await using account = await secretAccount()
    await account.create('{ snowflakeSecret: login, directoryPath: /secrets }')
    await account.call('/healthcheck')
    await account.run('ALTER SERVICE tiny SUSPEND')
    await account.run('DROP SECRET login')
    await account.run('ALTER SERVICE tiny RESUME')
    const log = (): Promise<string | null> =>
      account.system('SYSTEM$GET_SERVICE_LOGS', 'tiny', 0, 'tiny').catch(String)
    await expect.poll(log).toContain("Secret 'DB.PUBLIC.LOGIN' does not exist or not authorized.")
  })
})

describe('no service is created with', () => {
  let account: SecretAccount
  beforeAll(async () => {
    account = await secretAccount()
  })
  afterAll(() => account[Symbol.asyncDispose]())

  test.each([
    [
      'a secret that is not there',
      '{ snowflakeSecret: none, directoryPath: /s }',
      "Secret 'DB.PUBLIC.NONE' does not",
    ],
    ['a missing key', '{ snowflakeSecret: key, envVarName: A }', "missing 'secretKeyRef'"],
    [
      'a key of another type',
      '{ snowflakeSecret: key, envVarName: A, secretKeyRef: password }',
      "secret KEY of type GENERIC_STRING has no 'password', it has the keys secret_string",
    ],
    [
      'a path and a variable',
      '{ snowflakeSecret: key, envVarName: A, directoryPath: /s }',
      'exclude each other',
    ],
    ['neither', '{ snowflakeSecret: key }', "missing 'directoryPath' or 'envVarName'"],
    [
      'two at one path',
      '{ snowflakeSecret: key, directoryPath: /s }, { snowflakeSecret: login, directoryPath: /s }',
      'more than one secret',
    ],
    [
      'an application’s',
      '{ snowflakeSecret: { objectReference: k }, directoryPath: /s }',
      "Unsupported feature 'objectReference",
    ],
    ['a name that is none', '{ snowflakeSecret: "a b", directoryPath: /s }', 'syntax error'],
  ])('%s', async (_what, secrets, message) => {
    await expect(account.create(secrets)).rejects.toThrow(message)
    expect(account.account.catalog.services.list()).toEqual([])
  })
})
