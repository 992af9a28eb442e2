import { waitForService } from '@spcs/deploy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeployerAccount } from '../services/deployer-account.ts'

const LISTENING = `
  const port = Number(process.env.PORT ?? 9090)
  require('node:http').createServer((request, answer) => {
    answer.statusCode = request.url === '/health' ? 200 : 404
    console.log(JSON.stringify({ url: request.url, statusCode: answer.statusCode }))
    answer.end()
  }).listen(port, () => console.log('Server listening at http://0.0.0.0:' + port))`

let account: DeployerAccount

beforeAll(async () => {
  account = await DeployerAccount.start()
})
afterAll(async () => {
  await account[Symbol.asyncDispose]()
})

interface Faulty {
  readonly name: string
  readonly program: string
  readonly env?: string
  readonly probe?: string
  readonly cmd?: string[]
}

/** Deploys an app with a fault and waits for it; gives the error, and how long it took from the first sign of it. */
async function waitForFaulty({ name, program, env = '{}', probe, cmd }: Faulty) {
  const image = await account.push(name.toLowerCase(), program, { cmd })
  const readiness = probe === undefined ? '' : `readinessProbe: ${probe}`
  await account.deployer.execute(`CREATE SERVICE ${name} IN COMPUTE POOL POOL FROM SPECIFICATION $$
spec:
  containers:
  - name: app
    image: ${image}
    env: ${env}
    resources: { limits: { memory: 256Mi } }
    ${readiness}
$$`)
  let firstSign = Infinity
  const lines: string[] = []
  const error: unknown = await waitForService(account.deployer, `DB.PUBLIC.${name}`, {
    onProgress: (line) => lines.push(line),
    onLook: (table) => {
      const isFailing = table.some((line) => /fail|error|OOM/i.test(line))
      if (isFailing) firstSign = Math.min(firstSign, performance.now())
    },
  }).catch((reason: unknown) => reason)
  const seconds = (performance.now() - firstSign) / 1000
  await account.deployer.execute(`DROP SERVICE ${name}`)
  return { error, seconds, lines }
}

const PROBE = '{ port: 9090, path: /health, periodSeconds: 1, failureThreshold: 1 }'

test.concurrent.each<[code: string, message: RegExp, faulty: Faulty]>([
  [
    'CONTAINER_CRASHING',
    /exit code 1: an error of the app\)[^]*\| no PORT is set/,
    { name: 'CRASHING', program: "console.log('no PORT is set'); process.exit(1)" },
  ],
  [
    'CONTAINER_CRASHING',
    /exit code 137: it was killed/,
    // A probe: without one, a container whose Node takes its time to start counts as ready before it ends.
    { name: 'KILLED', program: "process.kill(process.pid, 'SIGKILL')", probe: PROBE },
  ],
  [
    'CONTAINER_CRASHING',
    /exit code 0: it ended by itself/,
    { name: 'ENDING', program: "console.log('done')" },
  ],
  [
    'CONTAINER_CRASHING',
    /container app of instance 0 ends again and again/,
    { name: 'COMMANDLESS', program: '', cmd: ['/no/such/program'] },
  ],
  [
    'CONTAINER_OUT_OF_MEMORY',
    /used up Node's heap, within its limit of 256Mi/,
    {
      name: 'HEAPLESS',
      program: 'const all = []; for (;;) all.push(new Array(1000).fill(Math.random()))',
      env: '{ NODE_OPTIONS: "--max-old-space-size=24" }',
      probe: PROBE,
    },
  ],
  [
    'CONTAINER_OUT_OF_MEMORY',
    /ended for using more memory than its limit of 256Mi/,
    {
      name: 'GREEDY',
      program: 'const all = []; setInterval(() => all.push(Buffer.alloc(1e7, 1)), 20)',
      probe: PROBE,
    },
  ],
  [
    'PROBE_FAILING',
    /GET \/health on port 9090, gets no 200: the app listens on 3000, and nothing on 9090/,
    { name: 'ELSEWHERE', program: LISTENING, env: '{ PORT: "3000" }', probe: PROBE },
  ],
  [
    'PROBE_FAILING',
    /GET \/ready on port 9090, gets no 200: the app answers it with 404/,
    { name: 'PATHLESS', program: LISTENING, probe: PROBE.replace('/health', '/ready') },
  ],
  [
    'PROBE_FAILING',
    /nothing is known to listen on port 9090/,
    { name: 'SILENT', program: 'setInterval(() => {}, 1000)', probe: PROBE },
  ],
  [
    'TOKEN_EXPIRED',
    /refused its login token/,
    {
      name: 'STALE',
      program: "throw new Error('390114 (08001): Authentication token has expired')",
    },
  ],
])('%s: %s, within 10 s', async (code, message, faulty) => {
  const { error, seconds, lines } = await waitForFaulty(faulty)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(seconds).toBeLessThan(10)
  // What has failed at the first look is told by the error alone.
  expect(seconds < 1 || lines.length > 1).toBe(true)
})

test.concurrent('COMPUTE_POOL_FULL: a second service in a pool with room for one', async () => {
  const { admin, deployer } = account
  await admin.execute(
    'CREATE COMPUTE POOL SMALL MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS',
  )
  await admin.execute('GRANT USAGE, MONITOR ON COMPUTE POOL SMALL TO ROLE DEV')
  const image = await account.push('large', LISTENING)
  const create = (name: string): string => `CREATE SERVICE ${name} IN COMPUTE POOL SMALL
    FROM SPECIFICATION $$
spec:
  containers:
  - { name: app, image: ${image}, resources: { requests: { cpu: 0.8 } } }
  endpoints: [{ name: page, port: 9090 }]
$$`
  await deployer.execute(create('FIRST'))
  await waitForService(deployer, 'DB.PUBLIC.FIRST')

  await deployer.execute(create('SECOND'))
  await expect(waitForService(deployer, 'DB.PUBLIC.SECOND')).rejects.toMatchObject({
    code: 'COMPUTE_POOL_FULL',
    message: expect.stringContaining('it has 1 of 1 nodes of CPU_X64_XS'),
    hint: expect.stringContaining('SET MAX_NODES = 2'),
  })
  await admin.execute('ALTER COMPUTE POOL SMALL SET MAX_NODES = 2')
  await waitForService(deployer, 'DB.PUBLIC.SECOND')
})

test.concurrent('COMPUTE_POOL_SUSPENDED: a service in a pool that nobody resumes', async () => {
  const { admin, deployer } = account
  await admin.execute(
    'CREATE COMPUTE POOL ASLEEP MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS INITIALLY_SUSPENDED = TRUE AUTO_RESUME = FALSE',
  )
  await admin.execute('GRANT USAGE, MONITOR ON COMPUTE POOL ASLEEP TO ROLE DEV')
  const image = await account.push('sleeper', LISTENING)
  await deployer.execute(`CREATE SERVICE SLEEPER IN COMPUTE POOL ASLEEP FROM SPECIFICATION $$
spec:
  containers: [{ name: app, image: ${image} }]
  endpoints: [{ name: page, port: 9090 }]
$$`)
  await expect(waitForService(deployer, 'DB.PUBLIC.SLEEPER')).rejects.toMatchObject({
    code: 'COMPUTE_POOL_SUSPENDED',
    hint: 'Run ALTER COMPUTE POOL ASLEEP RESUME',
  })
  await admin.execute('ALTER COMPUTE POOL ASLEEP RESUME')
  await waitForService(deployer, 'DB.PUBLIC.SLEEPER')
})

test.concurrent('an upgrade away from a crash loop is not held for one', async () => {
  const { deployer } = account
  const good = await account.push('good', LISTENING)
  const bad = await account.push('bad', "console.log('no'); process.exit(1)")
  const specification = (image: string): string => `FROM SPECIFICATION $$
spec:
  containers: [{ name: app, image: ${image}, readinessProbe: { port: 9090, path: /health } }]
$$`
  await deployer.execute(
    `CREATE SERVICE MENDED IN COMPUTE POOL POOL ${specification(bad)} MIN_INSTANCES = 2 MAX_INSTANCES = 2`,
  )
  const crashing = { code: 'CONTAINER_CRASHING' }
  await expect(waitForService(deployer, 'DB.PUBLIC.MENDED')).rejects.toMatchObject(crashing)
  await deployer.execute(`ALTER SERVICE MENDED ${specification(good)}`)
  await waitForService(deployer, 'DB.PUBLIC.MENDED')
  await deployer.execute(`ALTER SERVICE MENDED ${specification(bad)}`)
  await expect(waitForService(deployer, 'DB.PUBLIC.MENDED')).rejects.toMatchObject({
    ...crashing,
    message: expect.stringContaining('container app of instance 1'),
  })
  await deployer.execute(`ALTER SERVICE MENDED ${specification(good)}`)
  const mended = await waitForService(deployer, 'DB.PUBLIC.MENDED')
  expect(mended.containers.map(({ status }) => status)).toEqual(['READY', 'READY'])
})
