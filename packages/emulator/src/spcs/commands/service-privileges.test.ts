import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Grant } from '../../catalog/objects.ts'
import { runCommand } from '../../commands/command.ts'
import { externalAccessIntegrationCommands } from '../../commands/external-access-integration.ts'
import { grantCommands } from '../../commands/grant.ts'
import { networkRuleCommands } from '../../commands/network-rule.ts'
import { roleCommands } from '../../commands/role.ts'
import { secretCommands } from '../../commands/secret.ts'
import { stageCommands } from '../../commands/stage.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const commands = [
  secretCommands,
  stageCommands,
  externalAccessIntegrationCommands,
  networkRuleCommands,
  roleCommands,
  grantCommands,
].flat()

const SPEC = tinySpec({
  container: `    secrets: [{ snowflakeSecret: key, directoryPath: /secrets }]
    volumeMounts: [{ name: work, mountPath: /work }]`,
  spec: `  - { name: web, port: 9090, public: true }
  volumes: [{ name: work, source: stage, stageConfig: { name: "@volumes" } }]`,
})
const CREATE = `CREATE SERVICE tiny IN COMPUTE POOL pool FROM @specs SPECIFICATION_FILE = 'tiny.yaml'
  EXTERNAL_ACCESS_INTEGRATIONS = (EAI) QUERY_WAREHOUSE = compute_wh`

/** All that CREATE takes, and what is said when just that is missing. */
const NEEDED: readonly (readonly [privilege: string, message: string])[] = [
  ['USAGE ON DATABASE db', "002003 Database 'DB' does not exist or not authorized."],
  [
    'CREATE SERVICE ON SCHEMA db.public',
    "003001 Insufficient privileges to operate on schema 'DB.PUBLIC'.",
  ],
  ['USAGE ON COMPUTE POOL pool', "002003 Compute pool 'POOL' does not exist or not authorized."],
  ['READ ON STAGE specs', "002003 Stage 'DB.PUBLIC.SPECS' does not exist or not authorized."],
  ['READ ON STAGE volumes', "002003 Stage 'DB.PUBLIC.VOLUMES' does not exist or not authorized."],
  [
    'READ ON IMAGE REPOSITORY image_repo',
    "003001 Insufficient privileges to operate on image repository 'DB.PUBLIC.IMAGE_REPO'.",
  ],
  ['READ ON SECRET key', "002003 Secret 'DB.PUBLIC.KEY' does not exist or not authorized."],
  ['USAGE ON INTEGRATION eai', "002003 Integration 'EAI' does not exist or not authorized."],
  [
    'USAGE ON WAREHOUSE compute_wh',
    "002003 Warehouse 'COMPUTE_WH' does not exist or not authorized.",
  ],
  ['BIND SERVICE ENDPOINT ON ACCOUNT', '003001 Insufficient privileges to operate on account.'],
]

let account: ServiceAccount
let nothing: readonly Grant[]
beforeAll(async () => {
  account = serviceAccount()
  await account.push({})
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  for (const sql of [
    'CREATE ROLE r',
    'CREATE ROLE operator',
    'CREATE STAGE specs',
    'CREATE STAGE volumes',
    "CREATE SECRET key TYPE = GENERIC_STRING SECRET_STRING = 'x'",
    "CREATE NETWORK RULE rule TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.example')",
    'CREATE EXTERNAL ACCESS INTEGRATION eai ALLOWED_NETWORK_RULES = (rule) ENABLED = TRUE',
    'REVOKE USAGE ON WAREHOUSE compute_wh FROM ROLE PUBLIC',
  ]) {
    await run(sql)
  }
  const { catalog, stages } = account.account
  nothing = catalog.grants
  const specs = catalog.stages.get('DB.PUBLIC.SPECS')
  await stages.write(specs, 'tiny.yaml', Buffer.from(SPEC.replaceAll('$$', '')))
})
afterAll(() => account[Symbol.asyncDispose]())
beforeEach(() => {
  account.session.role = 'ACCOUNTADMIN'
  account.account.catalog.grants = nothing
})

const run = async (sql: string): Promise<unknown> =>
  runCommand(sql, account.context(), commands) ?? account.run(sql)

async function grantAll(role: string, but?: string): Promise<void> {
  for (const [privilege] of NEEDED) {
    if (but === undefined || !privilege.endsWith(but))
      await run(`GRANT ${privilege} TO ROLE ${role}`)
  }
}

/** Code and message of what a statement fails with, without the line above the message. */
async function failureOf(sql: string): Promise<string> {
  const error = (await run(sql).catch((caught: unknown) => caught)) as {
    code?: string
    message?: string
  }
  return `${error.code} ${error.message?.replace(/^SQL [a-z ]+ error:\n/, '')}`
}

describe('CREATE SERVICE', () => {
  // Any privilege on a schema opens it, CREATE SERVICE too.
  const noSchema = "002003 Schema 'DB.PUBLIC' does not exist or not authorized."

  test.each([...NEEDED, ['SCHEMA db.public', noSchema] as const])(
    'without %s: %s',
    async (privilege, message) => {
      await grantAll('r', privilege)
      if (message.includes('operate on schema'))
        await run('GRANT USAGE ON SCHEMA db.public TO ROLE r')
      account.session.role = 'R'
      expect(await failureOf(CREATE)).toBe(message)
      expect(account.account.catalog.services.list()).toEqual([])
    },
  )

  test.each([
    ['READ', 'STAGE volumes', "stage 'DB.PUBLIC.VOLUMES'"],
    ['READ', 'SECRET key', "secret 'DB.PUBLIC.KEY'"],
    ['USAGE', 'COMPUTE POOL pool', "compute pool 'POOL'"],
    ['USAGE', 'WAREHOUSE compute_wh', "warehouse 'COMPUTE_WH'"],
  ])('without %s on a %s that the role may know of', async (privilege, object, named) => {
    await grantAll('r', `${privilege} ON ${object}`)
    await run(`GRANT ${privilege === 'READ' ? 'USAGE' : 'MONITOR'} ON ${object} TO ROLE r`)
    account.session.role = 'R'
    expect(await failureOf(CREATE)).toBe(`003001 Insufficient privileges to operate on ${named}.`)
  })

  test('takes all of them from the role itself: what runs as the owner has no secondary roles', async () => {
    await grantAll('r', 'READ ON SECRET key')
    await run('GRANT READ ON SECRET key TO ROLE operator')
    await run('GRANT ROLE operator TO USER admin')
    account.session.role = 'R'
    account.session.secondaryRoles = 'ALL'
    // The administrator's own ACCOUNTADMIN is not to count.
    account.account.catalog.grants = account.account.catalog.grants.filter(
      ({ name, to }) => !(name === 'ACCOUNTADMIN' && to === 'USER'),
    )
    expect(await failureOf(CREATE)).toBe(
      "002003 Secret 'DB.PUBLIC.KEY' does not exist or not authorized.",
    )
    account.session.secondaryRoles = 'NONE'
  })
})

describe('a service of a role with all that it needs', () => {
  test('is upgraded by who may operate it, with the owner’s privileges', async () => {
    await grantAll('r')
    account.session.role = 'R'
    await run(CREATE)
    expect(await account.show('SHOW SERVICES')).toMatchObject([{ owner: 'R' }])
    account.session.role = 'ACCOUNTADMIN'
    await run('GRANT OPERATE ON SERVICE tiny TO ROLE operator')
    account.session.role = 'OPERATOR'
    const alter = `ALTER SERVICE tiny FROM SPECIFICATION ${SPEC}`
    await run(alter)
    expect(await failureOf("ALTER SERVICE tiny SET COMMENT = 'x'")).toContain('003001')
    account.session.role = 'ACCOUNTADMIN'
    const messages: string[] = []
    for (const object of ['STAGE volumes', 'SECRET key', 'IMAGE REPOSITORY image_repo']) {
      await run(`REVOKE READ ON ${object} FROM ROLE r`)
      messages.push(await failureOf(alter))
      await run(`GRANT READ ON ${object} TO ROLE r`)
    }
    await run('REVOKE BIND SERVICE ENDPOINT ON ACCOUNT FROM ROLE r')
    messages.push(await failureOf(alter))
    const expected = NEEDED.filter(([one]) => /volumes|SECRET|image_repo|BIND/.test(one))
    await run('GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE r')
    expect(messages.toSorted()).toEqual(expected.map(([, message]) => message).toSorted())
    await run('REVOKE USAGE ON WAREHOUSE compute_wh FROM ROLE r')
    await run('REVOKE USAGE ON INTEGRATION eai FROM ROLE r')
    expect(await failureOf('ALTER SERVICE tiny SET QUERY_WAREHOUSE = compute_wh')).toContain(
      "Warehouse 'COMPUTE_WH' does not exist or not authorized.",
    )
    expect(
      await failureOf('ALTER SERVICE tiny SET EXTERNAL_ACCESS_INTEGRATIONS = (EAI)'),
    ).toContain("Integration 'EAI' does not exist or not authorized.")
    await run("ALTER SERVICE tiny SET COMMENT = 'what is not set is not asked for'")
  })

  test('takes back a service role that an upgrade drops', async () => {
    await grantAll('r')
    const withRoles = (...roles: string[]): string =>
      `ALTER SERVICE tiny FROM SPECIFICATION ${SPEC.slice(0, -2)}serviceRoles:\n${roles
        .map((name) => `- { name: ${name}, endpoints: [web] }\n`)
        .join('')}$$`
    await run(withRoles('stays', 'goes'))
    expect(await account.show('SHOW ROLES IN SERVICE tiny')).toMatchObject([
      { name: 'ALL_ENDPOINTS_USAGE' },
      { name: 'STAYS' },
      { name: 'GOES' },
    ])
    for (const role of ['stays', 'goes', 'all_endpoints_usage']) {
      await run(`GRANT SERVICE ROLE tiny!${role} TO ROLE operator`)
    }
    await run(withRoles('stays'))
    await run(withRoles('stays', 'goes'))
    const { grants } = account.account.catalog
    const left = grants.filter(({ on }) => on === 'SERVICE ROLE').map(({ name }) => name)
    expect(left).toEqual(['DB.PUBLIC.TINY!STAYS', 'DB.PUBLIC.TINY!ALL_ENDPOINTS_USAGE'])
  })

  test('is shown to who may know of it, and its specification to its owner', async () => {
    account.session.role = 'OPERATOR'
    expect(await account.show('SHOW SERVICES')).toEqual([])
    expect(await failureOf('DESC SERVICE tiny')).toContain('002043')
    account.session.role = 'ACCOUNTADMIN'
    await run('GRANT MONITOR ON SERVICE tiny TO ROLE operator')
    account.session.role = 'OPERATOR'
    expect(await account.show('DESC SERVICE tiny')).toMatchObject([{ name: 'TINY', spec: null }])
    expect(await failureOf('ALTER SERVICE tiny SUSPEND')).toContain('003001')
    expect(await failureOf('DROP SERVICE tiny')).toContain('003001')
  })
})
