import { describe, expect, test } from 'vitest'
import { missingObject, ScriptedRunner } from '../testing/scripted-runner.ts'
import { readAccountStatus } from './account-status.ts'

describe('readAccountStatus()', () => {
  test('counts an instance as ready when all its containers are', async () => {
    const container = (instance: string, name: string, status: string) => ({
      instance_id: instance,
      container_name: name,
      status,
      message: 'Running',
      image_digest: 'sha256:abc',
      restart_count: 2,
      last_exit_code: 137,
      start_time: '2026-01-01T00:00:00Z',
    })
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE DB.PUBLIC.API': [
        {
          status: 'RUNNING',
          is_upgrading: 'true',
          compute_pool: 'POOL',
          current_instances: 2,
          target_instances: 2,
        },
      ],
      'SHOW SERVICE CONTAINERS': [
        container('0', 'api', 'READY'),
        container('0', 'proxy', 'READY'),
        container('1', 'api', 'READY'),
        container('1', 'proxy', 'PENDING'),
      ],
      'SHOW ENDPOINTS': [
        { name: 'web', port: 80, is_public: 'true', ingress_url: 'Endpoints provisioning in…' },
        { name: 'api', port: 90, is_public: 'false', ingress_url: null },
      ],
      // LIKE takes `_` for any character.
      'SHOW COMPUTE POOLS': [
        { name: 'THEXPOOL', state: 'IDLE', active_nodes: 0, max_nodes: '1', instance_family: 'X' },
        {
          name: 'THE_POOL',
          state: 'ACTIVE',
          active_nodes: 2,
          max_nodes: '3',
          instance_family: 'CPU_X64_XS',
        },
      ],
    })
    const names = { services: ['db.public.api'], computePools: ['the_pool'], warehouses: ['WH'] }
    const { services, computePools, warehouses } = await readAccountStatus(runner, names)
    expect(services).toMatchObject([
      {
        name: 'DB.PUBLIC.API',
        isUpgrading: true,
        instances: { ready: 1, current: 2, target: 2 },
        endpoints: [
          { name: 'web', port: '80', isPublic: true, host: null },
          { name: 'api', port: '90', isPublic: false, host: null },
        ],
      },
    ])
    expect(services[0]?.containers[0]).toEqual({
      instance: '0',
      name: 'api',
      status: 'READY',
      message: 'Running',
      imageDigest: 'sha256:abc',
      restarts: 2,
      lastExitCode: 137,
      startedAt: '2026-01-01T00:00:00Z',
    })
    expect(computePools).toMatchObject([
      { name: 'THE_POOL', state: 'ACTIVE', maxNodes: 3, creditsPerHour: 0.12 },
    ])
    expect(warehouses).toMatchObject([{ name: 'WH', state: 'MISSING', creditsPerHour: 0 }])
  })

  test('says MISSING for what is not there, and no more', async () => {
    const runner = new ScriptedRunner({ DESCRIBE: missingObject() })
    const names = { services: ['S'], computePools: [], warehouses: [] }
    const { services } = await readAccountStatus(runner, names)
    expect(services).toMatchObject([{ name: 'S', status: 'MISSING', containers: [] }])
  })
})
