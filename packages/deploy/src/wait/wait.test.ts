import { describe, expect, test } from 'vitest'
import { missingObject, type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { waitForComputePool } from './wait-for-compute-pool.ts'
import { waitForEndpoints } from './wait-for-endpoints.ts'
import { waitForService } from './wait-for-service.ts'

const SERVICE = 'DB.PUBLIC.API'
const pending = [{ status: 'PENDING', is_upgrading: 'false', compute_pool: 'POOL' }]
const running = [{ status: 'RUNNING', is_upgrading: 'false', compute_pool: 'POOL' }]

const PROBE = 'Readiness probe is failing at path: /healthcheck, port: 9090'

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
        container('PENDING', PROBE),
        container('PENDING', PROBE),
        container('READY', 'Running'),
      ],
    })
    const lines: string[] = []
    const looks: number[] = []
    const found = await waitForService(runner, SERVICE, {
      onProgress: (line) => lines.push(line),
      onLook: (table) => looks.push(table.length),
    })
    expect(found.status).toBe('RUNNING')
    expect(lines).toEqual([
      `${SERVICE} is PENDING: no container has been placed yet`,
      `${SERVICE} is PENDING: 0 of 1 containers are ready`,
      `api/0 PENDING: ${PROBE}`,
    ])
    expect(looks).toEqual([1, 2, 2])
  })

  test('waits for an upgrade to end, and minds nothing of the instances before it', async () => {
    const upgrading = [{ ...running[0], is_upgrading: true, spec_digest: 'new' }]
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': [upgrading, running],
      'SHOW SERVICE CONTAINERS': [
        container('FAILED', 'User application error'),
        container('READY', 'Running'),
      ],
      'SHOW SERVICE INSTANCES': [{ instance_id: '0', spec_digest: 'old' }],
    })
    const lines: string[] = []
    await waitForService(runner, SERVICE, { onProgress: (line) => lines.push(line) })
    expect(lines[0]).toBe(`${SERVICE} is RUNNING, upgrading: 0 of 1 containers are ready`)
  })

  test('ends a crash loop after two restarts, with the logs of the run before', async () => {
    const crashed = (restarts: number): Row[] =>
      container('PENDING', 'Encountered fatal error, retrying', {
        restart_count: restarts,
        last_exit_code: 1,
      })
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': [crashed(0), crashed(1), crashed(2)],
      [`SELECT SYSTEM$GET_SERVICE_LOGS('${SERVICE}', '0', 'api', 15)`]: [{ logs: '' }],
      [`SELECT SYSTEM$GET_SERVICE_LOGS('${SERVICE}', '0', 'api', 15, TRUE)`]: [
        { logs: 'starting\nError: no PORT\n' },
      ],
    })
    await expect(waitForService(runner, SERVICE)).rejects.toMatchObject({
      code: 'CONTAINER_CRASHING',
      message:
        `Cannot start service ${SERVICE}: container api of instance 0 ends again and again ` +
        '(restarted 2 times, exit code 1: an error of the app)\n' +
        '  | (the run before)\n  | starting\n  | Error: no PORT',
      hint: expect.stringContaining(`spcs logs ${SERVICE} --previous`),
    })
  })

  test('is not content with a container that is ready between two crashes', async () => {
    const restarted = (count: number): Row[] =>
      container('READY', 'Running', { restart_count: count })
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': [pending, running, running],
      'SHOW SERVICE CONTAINERS': [
        container('PENDING', 'Waiting to start'),
        restarted(1),
        container('FAILED', 'User application error', { restart_count: 1, last_exit_code: 1 }),
      ],
    })
    await expect(waitForService(runner, SERVICE)).rejects.toMatchObject({
      code: 'CONTAINER_CRASHING',
    })
  })

  test('names a failing probe early, and ends the waiting as soon as the log tells why', async () => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': container('PENDING', PROBE),
      'SELECT SYSTEM$GET_SERVICE_LOGS': [
        [{ logs: 'reading' }],
        [{ logs: 'reading\nlistening on port 3000' }],
      ],
    })
    const lines: string[] = []
    const waiting = waitForService(runner, SERVICE, {
      patienceMs: 50,
      onProgress: (line) => lines.push(line),
    })
    await expect(waiting).rejects.toMatchObject({
      code: 'PROBE_FAILING',
      message: expect.stringMatching(/listens on 3000, and nothing on 9090\n {2}\| reading/),
    })
    expect(lines.at(-1)).toMatch(/^PROBE_FAILING\? container api .* nothing is known to listen/)
  })

  test.each([
    ['COMPUTE_POOL_FULL', { state: 'ACTIVE', max_nodes: 1, target_nodes: 1, active_nodes: 1 }],
    ['COMPUTE_POOL_TIMED_OUT', { state: 'STARTING', error_code: 392507 }],
    ['COMPUTE_POOL_SUSPENDED', { state: 'SUSPENDED' }],
  ])('ends with %s when the pool is %j', async (code, pool) => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': container(
        'PENDING',
        'Unschedulable due to insufficient resources',
      ),
      'DESCRIBE COMPUTE POOL POOL': [pool],
    })
    const waiting = waitForService(runner, SERVICE, { patienceMs: 10 })
    await expect(waiting).rejects.toMatchObject({ code })
  })

  test('times out with what it waited for, and with the diagnosis where there is one', async () => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': pending,
      'SHOW SERVICE CONTAINERS': [
        container('PENDING', 'Waiting to start'),
        container('PENDING', PROBE),
      ],
      'SELECT SYSTEM$GET_SERVICE_LOGS': new Error('Waiting to start, Container Status: PENDING'),
    })
    await expect(waitForService(runner, SERVICE, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'SERVICE_TIMED_OUT',
      message: expect.stringContaining('api/0 PENDING: Waiting to start'),
    })
    await expect(waitForService(runner, SERVICE, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'PROBE_FAILING',
      message: expect.stringMatching(/\n {2}\| \(no logs: Waiting to start/),
    })
  })

  test('says that a service is suspended with its pool', async () => {
    const runner = new ScriptedRunner({
      'DESCRIBE SERVICE': [{ status: 'SUSPENDED', compute_pool: 'POOL' }],
      'DESCRIBE COMPUTE POOL POOL': [{ state: 'SUSPENDED' }],
    })
    await expect(waitForService(runner, SERVICE)).rejects.toMatchObject({
      code: 'COMPUTE_POOL_SUSPENDED',
      hint: 'Run ALTER COMPUTE POOL POOL RESUME',
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

  test('does not wait for nodes that the cloud has not got', async () => {
    const message =
      'Compute pool is starting for the last 3 minutes. We have observed CAPACITY_ERROR.'
    const runner = new ScriptedRunner({
      'DESCRIBE COMPUTE POOL': [{ state: 'STARTING', error_code: 392507, status_message: message }],
    })
    await expect(waitForComputePool(runner, 'pool', { patienceMs: 10 })).rejects.toMatchObject({
      code: 'COMPUTE_POOL_TIMED_OUT',
      message: `Cannot wait for compute pool POOL: compute pool POOL gets no node: ${message}`,
    })
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

  test.each([
    ['ENDPOINT_PROVISIONING', provisioning],
    ['ENDPOINT_TIMED_OUT', 'Endpoint is not available'],
  ])('says %s: %s', async (code, url) => {
    const runner = new ScriptedRunner({ 'SHOW ENDPOINTS': endpoints(url) })
    await expect(waitForEndpoints(runner, SERVICE, { timeoutMs: 0 })).rejects.toMatchObject({
      code,
    })
  })
})

function endpoints(url: string): Row[] {
  return [
    { name: 'notebook', port: 8888, is_public: 'true', ingress_url: url },
    { name: 'api', port: 9090, is_public: 'false', ingress_url: null },
  ]
}
