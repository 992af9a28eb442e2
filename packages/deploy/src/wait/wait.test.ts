import { describe, expect, test } from 'vitest'
import { missingObject, type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { waitForComputePool } from './wait-for-compute-pool.ts'
import { waitForEndpoints } from './wait-for-endpoints.ts'
import { waitForService } from './wait-for-service.ts'

const SERVICE = 'DB.PUBLIC.API'
const pending = [{ status: 'PENDING', is_upgrading: 'false', compute_pool: 'POOL' }]
const running = [{ status: 'RUNNING', is_upgrading: 'false', compute_pool: 'POOL' }]

function container(status: string, message: string, more: Row = {}): Row[] {
  const row = { container_name: 'api', instance_id: '0', status, message, restart_count: 0 }
  return [{ ...row, last_exit_code: null, ...more }]
}

describe('waitForService()', () => {
  test('tells why it is not ready, once for each reason, and returns when it is', async () => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': [pending, pending, pending, running],
      'SHOW SERVICE CONTAINERS': [
        [{ container_name: null, instance_id: null }],
        container('PENDING', 'Readiness probe is failing at path: /healthcheck, port: 9090'),
        container('PENDING', 'Readiness probe is failing at path: /healthcheck, port: 9090'),
        container('READY', 'Running'),
      ],
    })
    const lines: string[] = []
    const status = await waitForService(runner, SERVICE, { onProgress: (line) => lines.push(line) })
    expect(status.status).toBe('RUNNING')
    expect(lines).toEqual([
      `${SERVICE} is PENDING: no container has been placed yet`,
      `${SERVICE} is PENDING: api (instance 0) is PENDING: Readiness probe is failing at path: /healthcheck, port: 9090`,
    ])
  })

  test('waits for an upgrade to end', async () => {
    const upgrading = [{ ...running[0], is_upgrading: true }]
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': [upgrading, running],
      'SHOW SERVICE CONTAINERS': container('READY', 'Running'),
    })
    const lines: string[] = []
    await waitForService(runner, SERVICE, { onProgress: (line) => lines.push(line) })
    expect(lines).toEqual([`${SERVICE} is RUNNING: upgrading`])
  })

  test('fails with message, restarts, exit code and last log lines', async () => {
    const failed = { restart_count: 3, last_exit_code: 1 }
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': container('FAILED', 'User application error', failed),
      [`SELECT SYSTEM$GET_SERVICE_LOGS('${SERVICE}', '0', 'api', 20)`]: [{ logs: '' }],
      [`SELECT SYSTEM$GET_SERVICE_LOGS('${SERVICE}', '0', 'api', 20, TRUE)`]: [
        { logs: 'starting\nError: no PORT\n' },
      ],
    })
    await expect(waitForService(runner, SERVICE)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message:
        `Cannot start service ${SERVICE}: ${SERVICE} is PENDING: api (instance 0) is FAILED: ` +
        'User application error, restarted 3 times, last exit code 1\n' +
        '  | starting\n  | Error: no PORT',
      hint: expect.stringContaining(`spcs logs ${SERVICE}`),
    })
  })

  test('times out with the reason, and with the reason why there are no logs', async () => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': container('PENDING', 'Waiting to start'),
      'SELECT SYSTEM$GET_SERVICE_LOGS': new Error('Waiting to start, Container Status: PENDING'),
    })
    await expect(waitForService(runner, SERVICE, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'SERVICE_TIMED_OUT',
      message: expect.stringMatching(/Waiting to start\n {2}\| \(no logs: Waiting to start/),
    })
  })

  test.each([
    ['SERVICE_SUSPENDED', [{ status: 'SUSPENDED', compute_pool: 'POOL' }]],
    ['SERVICE_MISSING', missingObject()],
  ])('says %s at once', async (code, described) => {
    const runner = new ScriptedRunner({ 'DESCRIBE SERVICE': described })
    await expect(waitForService(runner, SERVICE)).rejects.toMatchObject({ code })
  })

  test('ends with the reason of its signal, also while it pauses', async () => {
    const runner = new ScriptedRunner({ 'DESCRIBE SERVICE': pending })
    const stop = new AbortController()
    const onProgress = (): void => void setImmediate(() => stop.abort(new Error('Ctrl-C')))
    await expect(
      waitForService(runner, SERVICE, { signal: stop.signal, onProgress }),
    ).rejects.toThrow('Ctrl-C')
  })
})

describe('waitForComputePool()', () => {
  test('returns the state in which it has nodes', async () => {
    const starting = { state: 'STARTING', status_message: 'Compute pool is starting' }
    const runner = new ScriptedRunner({
      'DESCRIBE COMPUTE POOL POOL': [[starting], [{ state: 'IDLE' }]],
    })
    const lines: string[] = []
    const options = { onProgress: (line: string) => lines.push(line) }
    expect(await waitForComputePool(runner, 'pool', options)).toBe('IDLE')
    expect(lines).toEqual(['POOL is STARTING: Compute pool is starting'])
  })

  test.each([
    ['COMPUTE_POOL_SUSPENDED', [{ state: 'SUSPENDED' }]],
    ['COMPUTE_POOL_TIMED_OUT', [{ state: 'STARTING' }]],
    ['COMPUTE_POOL_MISSING', missingObject()],
  ])('says %s', async (code, described) => {
    const runner = new ScriptedRunner({ 'DESCRIBE COMPUTE POOL': described })
    await expect(waitForComputePool(runner, 'pool', { timeoutMs: 0 })).rejects.toMatchObject({
      code,
    })
  })
})

describe('waitForEndpoints()', () => {
  const provisioning = 'Endpoints provisioning in progress... check back in a few minutes'
  test('waits until the sentence has become a host', async () => {
    const runner = new ScriptedRunner({
      'SHOW ENDPOINTS': [endpoints(provisioning), endpoints('abc.localhost:8085')],
    })
    expect(await waitForEndpoints(runner, SERVICE)).toEqual([
      { name: 'notebook', port: '8888', isPublic: true, ingressUrl: 'abc.localhost:8085' },
      { name: 'api', port: '9090', isPublic: false, ingressUrl: undefined },
    ])
  })

  test('says ENDPOINT_TIMED_OUT', async () => {
    const runner = new ScriptedRunner({ 'SHOW ENDPOINTS': endpoints(provisioning) })
    await expect(waitForEndpoints(runner, SERVICE, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'ENDPOINT_TIMED_OUT',
    })
  })
})

function endpoints(url: string): Row[] {
  return [
    { name: 'notebook', port: 8888, is_public: 'true', ingress_url: url },
    { name: 'api', port: 9090, is_public: 'false', ingress_url: null },
  ]
}
