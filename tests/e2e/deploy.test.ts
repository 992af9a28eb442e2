import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SpcsConfig } from '../../scripts/config.ts'
import { DeployProject } from './deploy-project.ts'

const DB = 'CONTAINER_HOL_DB'
const SERVICE = `${DB}.PUBLIC.CONVERT_API`
const POOL = 'CONTAINER_HOL_POOL'

/** The quickstart's configuration, with something in it of each kind, and every property that is shown. */
function withEverything(config: SpcsConfig): SpcsConfig {
  const { account, objects, workloads } = config
  const rule = `${DB}.PUBLIC.ALLOW_ALL_RULE`
  const grants = [
    ...(account.grants ?? []),
    { privilege: 'CREATE INTEGRATION', on: 'ACCOUNT', toRole: config.role } as const,
  ]
  return {
    ...config,
    account: { ...account, grants },
    objects: {
      ...objects,
      computePools: objects.computePools?.map((pool) => ({
        ...pool,
        autoSuspendSecs: 600,
        autoResume: true,
        comment: 'nodes',
      })),
      networkRules: [{ name: rule, hosts: ['0.0.0.0:443', '0.0.0.0:80'] }],
      externalAccessIntegrations: [
        { name: 'ALLOW_ALL_EAI', networkRules: [rule], enabled: true, comment: 'egress' },
      ],
      imageRepositories: objects.imageRepositories?.map((one) => ({ ...one, comment: 'images' })),
    },
    workloads: workloads.map((workload) => ({
      ...workload,
      autoResume: true,
      minReadyInstances: 1,
      externalAccessIntegrations: ['ALLOW_ALL_EAI'],
      queryWarehouse: config.warehouse,
      comment: 'Converts temperatures',
    })),
  }
}

let project: DeployProject
beforeAll(async () => {
  project = await DeployProject.start(withEverything)
  await project.deploy()
})
afterAll(() => project[Symbol.asyncDispose]())

async function callsOf(fn: string): Promise<unknown> {
  return (await project.session.execute(`SELECT ${fn}`)).rows[0]?.[0]
}

describe('spcs deploy', () => {
  test('changes nothing where everything is right', async () => {
    project.statements.splice(0)
    expect(await project.deploy()).toEqual([])
    expect(project.changing()).toEqual([])
    expect(await project.plan()).toEqual([])
  })

  test('shows, field by field, what was changed by hand, and mends it', async () => {
    const wanted = await project.wantedFile()
    await project.run(
      `ALTER COMPUTE POOL ${POOL} SET MAX_NODES = 3 AUTO_SUSPEND_SECS = 60 AUTO_RESUME = FALSE COMMENT = 'mine'`,
      'ALTER WAREHOUSE CONTAINER_HOL_WH SET WAREHOUSE_SIZE = SMALL AUTO_SUSPEND = 60 AUTO_RESUME = FALSE',
      `ALTER STAGE ${DB}.PUBLIC.VOLUMES SET DIRECTORY = (ENABLE = FALSE)`,
      `ALTER IMAGE REPOSITORY ${DB}.PUBLIC.IMAGE_REPO SET COMMENT = 'mine'`,
      `ALTER NETWORK RULE ${DB}.PUBLIC.ALLOW_ALL_RULE SET VALUE_LIST = ('example.com:443')`,
      `CREATE NETWORK RULE ${DB}.PUBLIC.OTHER TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('a.com')`,
      `ALTER EXTERNAL ACCESS INTEGRATION ALLOW_ALL_EAI SET ALLOWED_NETWORK_RULES = (${DB}.PUBLIC.OTHER) COMMENT = 'mine'`,
      `ALTER SERVICE ${SERVICE} SET MAX_INSTANCES = 2 AUTO_RESUME = FALSE EXTERNAL_ACCESS_INTEGRATIONS = () COMMENT = 'mine'`,
      `ALTER SERVICE ${SERVICE} UNSET QUERY_WAREHOUSE`,
      `ALTER FUNCTION ${DB}.PUBLIC.CONVERT_UDF(FLOAT) SET MAX_BATCH_ROWS = 7 COMMENT = 'mine'`,
      `REMOVE ${wanted}`,
      'USE ROLE ACCOUNTADMIN',
      'ALTER EXTERNAL ACCESS INTEGRATION ALLOW_ALL_EAI SET ENABLED = FALSE',
      "ALTER ROLE CONTAINER_USER_ROLE SET COMMENT = 'mine'",
      'ALTER USER DEVELOPER SET DEFAULT_ROLE = PUBLIC DEFAULT_WAREHOUSE = OTHER',
      'REVOKE BIND SERVICE ENDPOINT ON ACCOUNT FROM ROLE CONTAINER_USER_ROLE',
      'REVOKE ROLE CONTAINER_USER_ROLE FROM USER DEVELOPER',
    )
    const shown = await project.plan()
    expect(shown).toEqual(
      expect.arrayContaining([
        `comment mine → "Owns the container services of the quickstart"`,
        'defaultRole PUBLIC → CONTAINER_USER_ROLE',
        'defaultWarehouse OTHER → CONTAINER_HOL_WH',
        '+ grant BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE CONTAINER_USER_ROLE (it is not granted)',
        '+ grant ROLE CONTAINER_USER_ROLE TO USER DEVELOPER (it is not granted)',
        `~ alter compute pool ${POOL}`,
        'maxNodes 3 → 1',
        'autoSuspendSecs 60 → 600',
        'autoResume false → true',
        'comment mine → nodes',
        '~ alter warehouse CONTAINER_HOL_WH',
        'size SMALL → XSMALL',
        'autoSuspendSecs 60 → 120',
        'directory false → true',
        'comment mine → images',
        'hosts example.com:443 → "0.0.0.0:443, 0.0.0.0:80"',
        `networkRules ${DB}.PUBLIC.OTHER → ${DB}.PUBLIC.ALLOW_ALL_RULE`,
        'enabled false → true',
        'comment mine → egress',
        `+ put file ${wanted} (the stage has no such file)`,
        `~ alter service ${SERVICE}`,
        'maxInstances 2 → 1',
        'externalAccessIntegrations unset → ALLOW_ALL_EAI',
        'queryWarehouse unset → CONTAINER_HOL_WH',
        'comment mine → "Converts temperatures"',
        `~ alter function ${DB}.PUBLIC.CONVERT_UDF`,
        'maxBatchRows 7 → 5',
      ]),
    )
    await project.deploy()
    expect(await project.plan()).toEqual([])
    expect(await callsOf('CONVERT_UDF(12)')).toBe(53.6)
  })
})
