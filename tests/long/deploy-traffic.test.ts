import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEndpoints, rollBackToPrevious, waitForEndpoints } from '@spcs/deploy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DeployProject } from '../e2e/deploy-project.ts'
import { ask, type AskOptions } from '../services/ask.ts'
import { Traffic, TRAFFIC_SERVER, trafficSpec } from '../services/traffic.ts'

const RATE = 200
const SERVICE = 'CONTAINER_HOL_DB.PUBLIC.CONVERT_API'

let folder: string
let project: DeployProject

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-traffic-'))
  const entryPoint = join(folder, 'main.mjs')
  await writeFile(
    entryPoint,
    `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
${TRAFFIC_SERVER}`,
  )
  project = await DeployProject.start((config) => ({
    ...config,
    workloads: config.workloads.map((workload) => ({
      ...workload,
      entryPoint,
      port: 8080,
      functions: [],
      minInstances: 2,
      maxInstances: 2,
      minReadyInstances: 1,
    })),
  }))
})
afterAll(async () => {
  await project[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

test('deploy, one that fails, and a rollback lose none of 200 requests/s, and keep the address', async () => {
  await deployVersion('one')
  const { ask: asked, host } = await openEndpoint()
  const traffic = new Traffic({ ask: asked }, RATE)
  await traffic.answered(RATE)

  await deployVersion('two')
  await traffic.answered(RATE)
  await expect(deployVersion('three', { BROKEN: '1' })).rejects.toMatchObject({
    code: 'UPGRADE_ROLLED_BACK',
  })
  await traffic.answered(RATE)
  await rollBackToPrevious(project.session, SERVICE)
  await traffic.answered(RATE)
  await traffic.stop()

  const [endpoint] = await readEndpoints(project.session, SERVICE)
  console.log(`${traffic.sent} requests, longest gap ${Math.round(traffic.gapMs)} ms`)
  expect(traffic.failures.slice(0, 10)).toEqual([])
  expect([...traffic.answers.keys()].toSorted()).toEqual(['one', 'two'])
  expect(endpoint?.ingressUrl).toBe(host)
  const { rows } = await project.session.execute(`SHOW SERVICE INSTANCES IN SERVICE ${SERVICE}`)
  expect(rows).toHaveLength(2)
})

async function deployVersion(version: string, env: Record<string, string> = {}): Promise<void> {
  const spec = join(folder, `${version}.yaml`)
  await writeFile(spec, trafficSpec('{{ image }}', { ...env, VERSION: version }))
  const workloads = project.config.workloads.map((workload) => ({ ...workload, spec }))
  project.config = { ...project.config, workloads }
  await project.deploy()
}

/** The service's public endpoint, asked as a user who may use it. */
async function openEndpoint() {
  const { session, emulator } = project
  const [endpoint] = await waitForEndpoints(session, SERVICE)
  const host = endpoint?.ingressUrl ?? ''
  await session.execute(
    `GRANT SERVICE ROLE ${SERVICE}!ALL_ENDPOINTS_USAGE TO ROLE CONTAINER_USER_ROLE`,
  )
  await session.execute('USE ROLE ACCOUNTADMIN')
  const { rows } = await session.execute('ALTER USER DEVELOPER ADD PROGRAMMATIC ACCESS TOKEN T')
  const place = { ingressPort: emulator.ingressPort, host, token: String(rows[0]?.[1]) }
  return { host, ask: (options: AskOptions) => ask(place, options) }
}
