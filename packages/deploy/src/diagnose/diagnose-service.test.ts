import { parseServiceSpec } from '@spcs/spec'
import { describe, expect, test } from 'vitest'
import { containerStatus } from '../testing/container-status.ts'
import type { ContainerStatus } from '../wait/service-status.ts'
import { isProbeExplained } from './diagnose-container.ts'
import { diagnoseService } from './diagnose-service.ts'
import { diagnosedError } from './diagnosis.ts'
import type { Evidence } from './evidence.ts'
import type { Trouble } from './symptom.ts'

const SERVICE = 'DB.PUBLIC.API'
const spec = parseServiceSpec(`spec:
  containers:
  - name: api
    image: /db/public/repo/api:v1
    readinessProbe: { port: 9090, path: /health }
    resources: { limits: { memory: 512Mi } }`)

function diagnose(
  trouble: Trouble,
  container: Partial<ContainerStatus> = {},
  evidence: Partial<Evidence> = {},
) {
  const status = containerStatus(container)
  return diagnoseService(
    { trouble, container: status, fault: status.message },
    { service: SERVICE, computePool: 'POOL', spec, log: [], previousLog: [], ...evidence },
  )
}

// The messages of containers are those of SHOW SERVICE CONTAINERS:
// https://docs.snowflake.com/en/developer-guide/snowpark-container-services/monitoring-services
const PROBE = 'Readiness probe is failing at path: /health, port: 9090'

describe('diagnoseService() of a container that is down', () => {
  test('tells restarts, the exit code in words, and the logs of both runs', () => {
    const found = diagnose(
      'down',
      { message: 'Encountered fatal error, retrying', restartCount: 3, lastExitCode: '1' },
      { log: ['starting'], previousLog: ['starting', 'Error: no PORT'] },
    )
    expect(found).toEqual({
      code: 'CONTAINER_CRASHING',
      cause:
        'container api of instance 0 ends again and again (restarted 3 times, exit code 1: an error of the app)',
      hint: `Run \`npx spcs logs ${SERVICE} --previous\`, correct the app, and deploy again`,
      lines: ['(the run before)', 'starting', 'Error: no PORT', '(this run)', 'starting'],
    })
  })

  test.each([
    ['0', 'it ended by itself, and a service must go on running'],
    ['126', 'its command may not be executed'],
    ['127', 'its command was not found'],
    ['137', 'it was killed, SIGKILL'],
    ['139', 'a memory fault, SIGSEGV'],
    ['143', 'it was told to end, SIGTERM'],
    ['135', 'SIGBUS'],
    ['42', ''],
  ])('exit code %s: %s', (lastExitCode, words) => {
    const found = diagnose('down', { restartCount: 1, lastExitCode })
    const described =
      words === '' ? `exit code ${lastExitCode}` : `exit code ${lastExitCode}: ${words}`
    expect(found?.cause).toContain(`(restarted once, ${described})`)
  })

  test('tells what kept it from starting where there is no exit code', () => {
    const message = 'Encountered fatal error while starting container'
    expect(diagnose('down', { status: 'FAILED', message })?.cause).toContain(message)
  })

  test.each([
    ['CONTAINER_OUT_OF_MEMORY', { message: 'Container was OOMKilled due to resource usage' }, []],
    [
      'CONTAINER_OUT_OF_MEMORY',
      {},
      ['FATAL ERROR: Reached heap limit - JavaScript heap out of memory'],
    ],
    // What Linux answers to execve() of a program for another processor: https://man7.org/linux/man-pages/man2/execve.2.html
    ['IMAGE_ARCHITECTURE_WRONG', {}, ['exec /usr/local/bin/node: exec format error']],
    // https://github.com/apache/airflow/pull/60027
    ['TOKEN_EXPIRED', {}, ['390114 (08001): Authentication token has expired. Log in again']],
  ])('%s', (code, container, log) => {
    const found = diagnose('down', { restartCount: 2, lastExitCode: '1', ...container }, { log })
    expect(found?.code).toBe(code)
  })

  test('names the limit that its memory went over', () => {
    const message = 'Container was OOMKilled due to resource usage'
    expect(diagnose('down', { message })?.cause).toBe(
      'container api of instance 0 was ended for using more memory than its limit of 512Mi',
    )
    expect(diagnose('down', { message }, { spec: undefined })?.cause).toContain('what its node has')
  })
})

describe('diagnoseService() of a failing probe', () => {
  test.each([
    [
      ['Server listening at http://0.0.0.0:3000'],
      'the app listens on 3000, and nothing on 9090',
      'name port 3000',
    ],
    [['"GET /health HTTP/1.1" 404'], 'the app answers it with 404', 'answer GET /health with 200'],
    [
      ['listening on port 9090'],
      'the app listens on 9090, so path or status',
      'answer GET /health',
    ],
    [['reading a large file'], 'nothing is known to listen on port 9090', 'listen on 0.0.0.0:9090'],
  ])('%j', (log, cause, hint) => {
    const found = diagnose('probe', { message: PROBE }, { log })
    expect(found).toMatchObject({ code: 'PROBE_FAILING', lines: log })
    expect(found?.cause).toContain('GET /health on port 9090, gets no 200')
    expect(found?.cause).toContain(cause)
    expect(found?.hint).toContain(hint)
  })
})

describe('isProbeExplained()', () => {
  test.each([
    [true, ['listening on port 3000']],
    [true, ['listening on port 9090', '"GET /health HTTP/1.1" 404']],
    [false, ['listening on port 9090']],
    [false, ['metrics listening on port 9464', 'listening on port 9090']],
    [false, ['"GET /health HTTP/1.1" 404', '"GET /health HTTP/1.1" 200']],
    [false, ['"GET /health HTTP/1.1" 503']],
    [false, ['reading a large file']],
  ])('%s: %j', (isExplained, log) => {
    const evidence = { service: SERVICE, computePool: 'POOL', spec, log, previousLog: [] }
    expect(isProbeExplained(containerStatus({ message: PROBE }), evidence)).toBe(isExplained)
  })
})

describe('diagnoseService() of an image that cannot be pulled', () => {
  test.each([
    ['IMAGE_MISSING', 'Failed to pull image', []],
    ['IMAGE_MISSING', 'Provided image name uses an invalid format', []],
    ['IMAGE_READ_MISSING', 'Failed to pull image', ['repository does not exist or not authorized']],
    [
      'IMAGE_ARCHITECTURE_WRONG',
      'Failed to pull image',
      ['SPCS only supports image for amd64 architecture'],
    ],
  ])('%s: %s %j', (code, message, log) => {
    const found = diagnose('image', { message }, { log })
    expect(found?.code).toBe(code)
  })

  test('names image and repository', () => {
    const found = diagnose('image', { message: 'Failed to pull image' })
    expect(found?.cause).toContain('image /db/public/repo/api:v1 of container api of instance 0')
    expect(found?.hint).toContain('IMAGE REPOSITORY DB.PUBLIC.REPO')
  })
})

describe('diagnoseService() of an instance that finds no place', () => {
  const atMost = { state: 'ACTIVE', max_nodes: 1, target_nodes: 1, active_nodes: 1, idle_nodes: 0 }
  // status_message and error_code as in https://docs.snowflake.com/en/sql-reference/sql/desc-compute-pool
  const capacity =
    'Compute pool is starting for the last 3 minutes. We have observed CAPACITY_ERROR.'
  test.each([
    ['COMPUTE_POOL_SUSPENDED', 'nodes', { state: 'SUSPENDED' }],
    ['COMPUTE_POOL_SUSPENDED', 'nodes', { state: 'STOPPING' }],
    ['COMPUTE_POOL_TIMED_OUT', 'nodes', { state: 'STARTING', error_code: '392507' }],
    ['COMPUTE_POOL_TIMED_OUT', 'nodes', { state: 'STARTING', status_message: capacity }],
    ['COMPUTE_POOL_FULL', 'room', atMost],
    ['COMPUTE_POOL_FULL', 'nodes', { state: 'ACTIVE', error_code: '392508' }],
    ['COMPUTE_POOL_FULL', 'room', {}],
    [undefined, 'nodes', { state: 'STARTING' }],
    [undefined, 'nodes', { state: 'RESIZING' }],
    [undefined, 'room', { ...atMost, max_nodes: 2 }],
  ] as const)('%s: %s in %j', (code, trouble, pool) => {
    expect(diagnose(trouble, {}, { pool })?.code).toBe(code)
  })

  test('says how to make a full pool larger', () => {
    const found = diagnose('room', {}, { pool: { ...atMost, instance_family: 'CPU_X64_XS' } })
    expect(found?.cause).toBe(
      'no node of compute pool POOL has room, and it has 1 of 1 nodes of CPU_X64_XS',
    )
    expect(found?.hint).toContain('ALTER COMPUTE POOL POOL SET MAX_NODES = 2')
  })
})

describe('diagnosedError()', () => {
  test('has the sentence, the log lines below it, and the hint', () => {
    const error = diagnosedError('start service API', {
      code: 'CONTAINER_CRASHING',
      cause: 'it ends',
      hint: 'Look',
      lines: ['one', 'two'],
    })
    expect(error).toMatchObject({ code: 'CONTAINER_CRASHING', hint: 'Look' })
    expect(error.message).toBe('Cannot start service API: it ends\n  | one\n  | two')
  })
})
