import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { columnsOf } from '../../testing/test-account.ts'
import { type ServiceAccount, serviceAccount, tinySpec } from '../testing/service-account.ts'

const CREATE = 'CREATE SERVICE tiny IN COMPUTE POOL pool'

let account: ServiceAccount
beforeEach(async () => {
  account = serviceAccount()
  await account.run(
    'CREATE COMPUTE POOL pool MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  await account.push({})
})
afterEach(() => account[Symbol.asyncDispose]())

describe('SHOW and DESCRIBE', () => {
  const SERVICE =
    'name status database_name schema_name owner compute_pool dns_name current_instances target_instances min_ready_instances min_instances max_instances auto_resume external_access_integrations created_on updated_on resumed_on suspended_on auto_suspend_secs comment owner_role_type query_warehouse is_job is_async_job spec_digest is_upgrading managing_object_domain managing_object_name'

  test.each([
    ['SHOW SERVICES', SERVICE],
    ['SHOW SERVICES EXCLUDE JOBS', SERVICE.replace(' is_job is_async_job', '')],
    ['DESC SERVICE tiny', SERVICE.replace('compute_pool', 'compute_pool spec')],
    [
      'SHOW SERVICE CONTAINERS IN SERVICE tiny',
      'database_name schema_name service_name service_status instance_id instance_status container_name status message image_name image_digest restart_count start_time last_exit_code last_restart_time',
    ],
    [
      'SHOW SERVICE INSTANCES IN SERVICE tiny',
      'database_name schema_name service_name service_status instance_id status spec_digest creation_time start_time ip_address',
    ],
    ['SHOW ENDPOINTS IN SERVICE tiny', 'name port port_range protocol is_public ingress_url'],
    ['SHOW ROLES IN SERVICE tiny', 'created_on name comment'],
  ])('%s has its columns in order', async (sql, columns) => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    expect(columnsOf(await account.run(sql)).join(' ')).toBe(columns)
  })

  test('list services by place and pool', async () => {
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    const count = async (sql: string) => (await account.show(sql)).length
    expect(await count('SHOW SERVICES IN ACCOUNT')).toBe(1)
    expect(await count('SHOW SERVICES IN COMPUTE POOL pool')).toBe(1)
    expect(await count("SHOW SERVICES LIKE 'x%' IN COMPUTE POOL pool")).toBe(0)
    expect(await count("SHOW SERVICES LIKE 'TI__' IN SCHEMA db.public")).toBe(1)
    await expect(account.run('SHOW SERVICES IN COMPUTE POOL none')).rejects.toMatchObject({
      code: '002043',
    })
  })

  test('tell endpoints and roles', async () => {
    const spec = tinySpec({
      spec: '  - { name: web, port: 8888, public: true }\n  - { name: peers, portRange: 9000-9010, protocol: TCP }\nserviceRoles: [{ name: web_user, endpoints: [web] }]',
    })
    await account.run(`${CREATE} FROM SPECIFICATION ${spec}`)
    expect(await account.show('SHOW ENDPOINTS IN SERVICE tiny')).toEqual([
      {
        name: 'api',
        port: '9090',
        port_range: null,
        protocol: 'HTTP',
        is_public: 'false',
        ingress_url: null,
      },
      {
        name: 'web',
        port: '8888',
        port_range: null,
        protocol: 'HTTP',
        is_public: 'true',
        ingress_url: 'Endpoints provisioning in progress... check back in a few minutes',
      },
      {
        name: 'peers',
        port: null,
        port_range: '9000-9010',
        protocol: 'TCP',
        is_public: 'false',
        ingress_url: null,
      },
    ])
    const roles = await account.show('SHOW ROLES IN SERVICE tiny')
    expect(roles.map((row) => row['name'])).toEqual(['ALL_ENDPOINTS_USAGE', 'WEB_USER'])
  })

  test('print the specification with limits and the digest filled in', async () => {
    const digest = await account.push({})
    await account.run(`${CREATE} FROM SPECIFICATION ${tinySpec()}`)
    const [described] = await account.show('DESC SERVICE tiny')
    expect(described?.['spec']).toMatch(/^---\n/)
    expect(described?.['spec']).toContain(`sha256: "@${digest}"`)
    expect(described?.['spec']).toMatch(/limits:\s+memory: "6Gi"\s+cpu: "1"/)
    expect(described?.['spec']).toMatch(/requests:\s+memory: "0.5Gi"\s+cpu: "0.5"/)
  })
})
