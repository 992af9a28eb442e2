import { defineServiceFunction } from '@spcs/service-function'
import { describe, expect, test } from 'vitest'
import { printDifference } from '../plan/print-plan.ts'
import {
  alterComputePoolSql,
  computePools,
  createComputePoolSql,
  dropComputePoolSql,
  stopAllInComputePoolSql,
} from './compute-pool.ts'
import { createDatabaseSql, dropDatabaseSql } from './database.ts'
import {
  alterExternalAccessIntegrationSql,
  createExternalAccessIntegrationSql,
} from './external-access-integration.ts'
import { type Grant, grantSql, isGrantShown, revokeSql, showGrantsSql } from './grant.ts'
import { createImageRepositorySql, showImageRepositoriesSql } from './image-repository.ts'
import { createNetworkRuleSql } from './network-rule.ts'
import type { ShownRow } from './object-kind.ts'
import { createRoleSql, dropRoleSql } from './role.ts'
import {
  createServiceFunctionSql,
  type DeployedFunction,
  dropServiceFunctionSql,
  serviceFunctions,
} from './service-function.ts'
import {
  alterServiceSql,
  createServiceSql,
  dropServiceSql,
  type Service,
  serviceLogsSql,
  upgradeServiceSql,
} from './service.ts'
import { createStageSql } from './stage.ts'
import { createUserSql } from './user.ts'
import { createWarehouseSql, warehouses } from './warehouse.ts'

const service: Service = {
  name: 'container_hol_db.public.convert_api',
  computePool: 'container_hol_pool',
  source: {
    text: 'spec: {}',
    stageFile: '@CONTAINER_HOL_DB.PUBLIC.SPECS/convert-api.yaml',
    using: { image: '/db/s/r/n:t' },
  },
}

describe('SQL of objects', () => {
  test.each<[string, string]>([
    [
      createRoleSql({ name: 'container_user_role' }),
      'CREATE ROLE IF NOT EXISTS CONTAINER_USER_ROLE',
    ],
    [
      createRoleSql({ name: '"my role"', comment: "it's" }),
      String.raw`CREATE ROLE IF NOT EXISTS "my role" COMMENT = 'it\'s'`,
    ],
    [dropRoleSql('r'), 'DROP ROLE IF EXISTS R'],
    [
      createUserSql({ name: 'developer', password: "p'w", defaultRole: 'container_user_role' }),
      String.raw`CREATE USER IF NOT EXISTS DEVELOPER PASSWORD = 'p\'w' DEFAULT_ROLE = CONTAINER_USER_ROLE`,
    ],
    [
      createDatabaseSql({ name: 'd', comment: 'c' }),
      "CREATE DATABASE IF NOT EXISTS D COMMENT = 'c'",
    ],
    [dropDatabaseSql('d'), 'DROP DATABASE IF EXISTS D'],
    [
      createWarehouseSql({ name: 'wh', size: 'X-Small', autoSuspendSecs: 120, autoResume: true }),
      'CREATE WAREHOUSE IF NOT EXISTS WH WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 120 AUTO_RESUME = TRUE',
    ],
    [
      createStageSql({ name: 'db.public.volumes', directory: true }),
      "CREATE STAGE IF NOT EXISTS DB.PUBLIC.VOLUMES ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE') DIRECTORY = (ENABLE = TRUE)",
    ],
    [
      createComputePoolSql({
        name: 'pool',
        minNodes: 1,
        maxNodes: 2,
        instanceFamily: 'cpu_x64_xs',
        autoSuspendSecs: 600,
        comment: 'c',
      }),
      "CREATE COMPUTE POOL IF NOT EXISTS POOL MIN_NODES = 1 MAX_NODES = 2 INSTANCE_FAMILY = CPU_X64_XS AUTO_SUSPEND_SECS = 600 COMMENT = 'c'",
    ],
    [alterComputePoolSql('pool', { maxNodes: 3 }), 'ALTER COMPUTE POOL POOL SET MAX_NODES = 3'],
    [stopAllInComputePoolSql('pool'), 'ALTER COMPUTE POOL IF EXISTS POOL STOP ALL'],
    [dropComputePoolSql('pool'), 'DROP COMPUTE POOL IF EXISTS POOL'],
    [
      createImageRepositorySql({ name: 'db.public.image_repo' }),
      'CREATE IMAGE REPOSITORY IF NOT EXISTS DB.PUBLIC.IMAGE_REPO',
    ],
    [
      showImageRepositoriesSql('db.public.image_repo'),
      "SHOW IMAGE REPOSITORIES LIKE 'IMAGE_REPO' IN SCHEMA DB.PUBLIC",
    ],
    [
      createNetworkRuleSql({ name: 'db.public.rule', hosts: ['0.0.0.0:443', '0.0.0.0:80'] }),
      "CREATE NETWORK RULE DB.PUBLIC.RULE TYPE = HOST_PORT MODE = EGRESS VALUE_LIST = ('0.0.0.0:443', '0.0.0.0:80')",
    ],
    [
      createExternalAccessIntegrationSql({ name: 'eai', networkRules: ['db.public.rule'] }),
      'CREATE EXTERNAL ACCESS INTEGRATION IF NOT EXISTS EAI ALLOWED_NETWORK_RULES = (DB.PUBLIC.RULE) ENABLED = TRUE',
    ],
    [
      alterExternalAccessIntegrationSql('eai', { enabled: false }),
      'ALTER EXTERNAL ACCESS INTEGRATION EAI SET ENABLED = FALSE',
    ],
    [
      createServiceSql({
        ...service,
        externalAccessIntegrations: ['eai'],
        minInstances: 1,
        comment: 'c',
      }),
      'CREATE SERVICE IF NOT EXISTS CONTAINER_HOL_DB.PUBLIC.CONVERT_API IN COMPUTE POOL CONTAINER_HOL_POOL ' +
        "FROM @CONTAINER_HOL_DB.PUBLIC.SPECS SPECIFICATION_TEMPLATE_FILE = 'convert-api.yaml' " +
        `USING (image => '"/db/s/r/n:t"') EXTERNAL_ACCESS_INTEGRATIONS = (EAI) MIN_INSTANCES = 1 COMMENT = 'c'`,
    ],
    [
      createServiceSql({ name: 's', computePool: 'p', source: { text: 'spec:\n  x: 1' } }),
      'CREATE SERVICE IF NOT EXISTS S IN COMPUTE POOL P FROM SPECIFICATION $$spec:\n  x: 1$$',
    ],
    [
      upgradeServiceSql('s', { text: '', stageFile: '@SPECS/v2/s.yaml' }),
      "ALTER SERVICE S FROM @SPECS/v2 SPECIFICATION_FILE = 's.yaml'",
    ],
    [
      alterServiceSql('s', { externalAccessIntegrations: [], queryWarehouse: 'wh' }),
      'ALTER SERVICE S SET EXTERNAL_ACCESS_INTEGRATIONS = () QUERY_WAREHOUSE = WH',
    ],
    [dropServiceSql('s', { force: true }), 'DROP SERVICE IF EXISTS S FORCE'],
    [
      serviceLogsSql('db.s.svc', { instance: '0', container: 'main', lines: 10, previous: true }),
      "SELECT SYSTEM$GET_SERVICE_LOGS('DB.S.SVC', '0', 'main', 10, TRUE)",
    ],
  ])('%s', (sql, expected) => {
    expect(sql).toBe(expected)
  })

  test('refuses names that would need quotes where Snowflake takes none', () => {
    expect(() => createServiceSql({ ...service, name: '"my service"' })).toThrow(
      expect.objectContaining({ code: 'NAME_UNSUPPORTED' }),
    )
    expect(() => dropComputePoolSql('"Pool"')).toThrow(
      expect.objectContaining({ code: 'NAME_UNSUPPORTED' }),
    )
  })
})

describe('grants', () => {
  const usage: Grant = {
    privilege: 'USAGE',
    on: { kind: 'COMPUTE POOL', name: 'pool' },
    toRole: 'r',
  }
  const onFunction: Grant = {
    privilege: 'USAGE',
    on: { kind: 'FUNCTION', name: 'db.s.f(FLOAT)' },
    toRole: 'r',
  }
  const onAccount: Grant = { privilege: 'BIND SERVICE ENDPOINT', on: 'ACCOUNT', toRole: 'r' }
  const serviceRole: Grant = { serviceRole: { service: 'db.s.svc', name: 'user' }, toRole: 'r' }

  test.each<[Grant, string, string]>([
    [usage, 'GRANT USAGE ON COMPUTE POOL POOL TO ROLE R', 'SHOW GRANTS TO ROLE R'],
    [onFunction, 'GRANT USAGE ON FUNCTION DB.S.F(FLOAT) TO ROLE R', 'SHOW GRANTS TO ROLE R'],
    [onAccount, 'GRANT BIND SERVICE ENDPOINT ON ACCOUNT TO ROLE R', 'SHOW GRANTS TO ROLE R'],
    [{ role: 'r', toUser: 'u' }, 'GRANT ROLE R TO USER U', 'SHOW GRANTS OF ROLE R'],
    [{ role: 'r', toRole: 'p' }, 'GRANT ROLE R TO ROLE P', 'SHOW GRANTS OF ROLE R'],
    [
      serviceRole,
      'GRANT SERVICE ROLE DB.S.SVC!USER TO ROLE R',
      'SHOW GRANTS OF SERVICE ROLE DB.S.SVC!USER',
    ],
  ])('%j', (grant, sql, show) => {
    expect(grantSql(grant)).toBe(sql)
    expect(revokeSql(grant)).toBe(sql.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '))
    expect(showGrantsSql(grant)).toBe(show)
  })

  test.each<[string, Grant, ShownRow, boolean]>([
    ['pool', usage, { privilege: 'USAGE', granted_on: 'COMPUTE_POOL', name: 'POOL' }, true],
    [
      'another privilege',
      usage,
      { privilege: 'MONITOR', granted_on: 'COMPUTE_POOL', name: 'POOL' },
      false,
    ],
    ['another kind', usage, { privilege: 'USAGE', granted_on: 'WAREHOUSE', name: 'POOL' }, false],
    [
      'function with its signature',
      onFunction,
      { privilege: 'USAGE', granted_on: 'FUNCTION', name: 'DB.S."F(X FLOAT):FLOAT"' },
      true,
    ],
    [
      'account',
      onAccount,
      { privilege: 'BIND SERVICE ENDPOINT', granted_on: 'ACCOUNT', name: 'LOCAL' },
      true,
    ],
    ['role to user', { role: 'r', toUser: 'u' }, { granted_to: 'USER', grantee_name: 'U' }, true],
    [
      'role to a role of that name',
      { role: 'r', toUser: 'u' },
      { granted_to: 'ROLE', grantee_name: 'U' },
      false,
    ],
  ])('are seen in SHOW GRANTS: %s', (_case, grant, row, seen) => {
    expect(isGrantShown(grant, row)).toBe(seen)
  })
})

describe('service functions', () => {
  const definition = defineServiceFunction({
    name: 'convert_udf',
    path: '/convert',
    arguments: { temp_c: 'FLOAT' },
    returns: 'FLOAT',
    maxBatchRows: 5,
    comment: 'Celsius to Fahrenheit',
    handler: (celsius) => celsius,
  })
  const deployed: DeployedFunction = {
    definition,
    name: 'db.public.convert_udf',
    service: 'db.public.convert_api',
    endpoint: 'convert-api',
  }
  test('are created with a stamp in the comment', () => {
    expect(createServiceFunctionSql(deployed)).toMatch(
      /^CREATE FUNCTION DB\.PUBLIC\.CONVERT_UDF \(TEMP_C FLOAT\)[^]*COMMENT = 'Celsius to Fahrenheit \[spcs [0-9a-f]{12}\]'/,
    )
    expect(dropServiceFunctionSql(deployed)).toBe(
      'DROP FUNCTION IF EXISTS DB.PUBLIC.CONVERT_UDF(FLOAT)',
    )
  })

  test('are left alone while nothing changes, and replaced when something does', () => {
    const row = rowOf(createServiceFunctionSql(deployed))
    expect(serviceFunctions.isShown?.(deployed, row)).toBe(true)
    expect(serviceFunctions.alterations(deployed, row)).toEqual([])
    const changed = { ...deployed, definition: { ...definition, maxBatchRows: 10 } }
    expect(serviceFunctions.alterations(changed, row)).toMatchObject([
      { sql: expect.stringContaining('CREATE OR REPLACE FUNCTION'), dropsGrants: true },
    ])
  })

  test('are compared by what DESCRIBE tells, where it does', () => {
    const row = {
      ...rowOf(createServiceFunctionSql(deployed)),
      body: '/other',
      service: 'DB.PUBLIC.CONVERT_API',
      max_batch_rows: 7,
      'null handling': 'CALLED ON NULL INPUT',
    }
    const [change] = serviceFunctions.alterations(deployed, row)
    expect(change?.differences.map(printDifference)).toEqual([
      'path /other → /convert',
      'maxBatchRows 7 → 5',
      'nullHandling "CALLED ON NULL INPUT" → "RETURNS NULL ON NULL INPUT"',
    ])
  })

  test('of other argument types are other functions', () => {
    const row = { name: 'CONVERT_UDF', arguments: 'CONVERT_UDF(VARCHAR) RETURN FLOAT' }
    expect(serviceFunctions.isShown?.(deployed, row)).toBe(false)
  })
})

describe('compute pools', () => {
  const pool = { name: 'p', minNodes: 1, maxNodes: 2, instanceFamily: 'CPU_X64_S' }
  const row = { min_nodes: 1, max_nodes: 2, instance_family: 'CPU_X64_XS' }

  test('change their family only while they are suspended', () => {
    expect(computePools.alterations(pool, { ...row, state: 'IDLE' })).toMatchObject([
      {
        sql: 'ALTER COMPUTE POOL P SET INSTANCE_FAMILY = CPU_X64_S',
        loss: { hint: expect.stringContaining('suspend') },
      },
    ])
    const [change] = computePools.alterations(pool, { ...row, state: 'SUSPENDED' })
    expect(change?.loss).toBeUndefined()
  })
})

describe('warehouses', () => {
  test('are equal when SHOW writes the size its own way', () => {
    const row = { name: 'WH', size: 'X-Small', auto_suspend: 120, auto_resume: 'true' }
    const warehouse = { name: 'wh', size: 'XSMALL', autoSuspendSecs: 120, autoResume: true }
    expect(warehouses.alterations(warehouse, row)).toEqual([])
    expect(warehouses.alterations({ ...warehouse, autoSuspendSecs: 60 }, row)).toMatchObject([
      {
        sql: 'ALTER WAREHOUSE WH SET AUTO_SUSPEND = 60',
        differences: [{ field: 'autoSuspendSecs', shown: 120, wanted: 60 }],
      },
    ])
  })
})

function rowOf(sql: string): ShownRow {
  return {
    name: 'CONVERT_UDF',
    arguments: 'CONVERT_UDF(FLOAT) RETURN FLOAT',
    description: /COMMENT = '([^']*)'/.exec(sql)?.[1],
  }
}
