import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropAll } from '../../scripts/cleanup.ts'
import { DeployProject } from '../e2e/deploy-project.ts'
import { convertApiConfig } from './deploy-convert-api.ts'
import { type Loss, StatementProxy } from './statement-proxy.ts'

const DEPLOY = fileURLToPath(new URL('deploy-process.mjs', import.meta.url))

let project: DeployProject
let proxy: StatementProxy
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-kills-'))
  project = await DeployProject.start()
  proxy = await StatementProxy.start(project.emulator.port)
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await project[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const CHANGES = /^(?!SHOW |DESCRIBE |LIST |USE |SELECT |ALTER SESSION )/

/** Kills a deploy at its nth statement of a kind; undefined when it came to its end before. */
async function killAt(
  nth: number,
  loss: Loss,
  spec: string,
  kind: RegExp = CHANGES,
): Promise<string | undefined> {
  let [count, killedAt]: [number, string | undefined] = [0, undefined]
  const child: ChildProcess = spawn(process.execPath, [DEPLOY, proxy.url, spec], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  proxy.onStatement = (sql) => {
    if (kind.test(sql)) count += 1
    // Others run beside it: nothing of what comes later may arrive.
    if (count < nth) return undefined
    const isLater = killedAt !== undefined
    killedAt ??= sql
    return isLater ? 'statement' : loss
  }
  proxy.onLost = () => child.kill('SIGKILL')
  const [code] = (await once(child, 'close')) as [number | null]
  proxy.onStatement = () => undefined
  if (killedAt === undefined && code !== 0) throw new Error(errors)
  return killedAt
}

/** Deploys to the end, and looks whether anything is left to do, and whether it works. */
async function deployAgain(spec: string): Promise<{ plan: string[]; twelve: unknown }> {
  project.config = await convertApiConfig(spec)
  await project.deploy()
  const plan = await project.plan()
  const { rows } = await project.session.execute('SELECT CONVERT_UDF(12)')
  return { plan, twelve: rows[0]?.[0] }
}

const SPECIFICATION = 'specs/convert-api.yaml'
const CONVERGED = { plan: [], twelve: 53.6 }

async function dropEverything(): Promise<void> {
  await dropAll(project.session, project.config, project.invocation())
}

/** The statements that a deploy was killed at. */
const killed: string[] = []

describe('spcs deploy, killed', () => {
  test('at any statement of the first deploy, converges when it is run again', async () => {
    // What is lost alternates: the statement, or its answer.
    for (let nth = 1; ; nth += 2) {
      const statement = await killAt(nth, nth % 4 === 1 ? 'statement' : 'answer', SPECIFICATION)
      expect(await deployAgain(SPECIFICATION), statement).toEqual(CONVERGED)
      if (statement === undefined) break
      killed.push(statement)
      await dropEverything()
    }
  })

  test('at any statement of an upgrade, converges when it is run again', async () => {
    const text = await readFile(new URL('../../specs/convert-api.yaml', import.meta.url), 'utf8')
    for (let nth = 1; ; nth += 1) {
      const spec = join(folder, `${nth}.yaml`)
      await writeFile(spec, text.replace('memory: 512Mi', `memory: ${512 + nth}Mi`))
      const statement = await killAt(nth, nth % 2 === 1 ? 'statement' : 'answer', spec)
      expect(await deployAgain(spec), statement).toEqual(CONVERGED)
      if (statement === undefined) break
      killed.push(statement)
    }
  })

  test.each([
    ['looks at the account', 2, /^SHOW GRANTS/],
    ['begins to push', 2, /^SHOW IMAGE REPOSITORIES/],
    ['waits for the service', 1, /^SHOW SERVICE CONTAINERS/],
  ])('while it %s, converges when it is run again', async (_when, nth, kind) => {
    await dropEverything()
    const statement = await killAt(nth, 'statement', SPECIFICATION, kind)
    expect(statement).toMatch(kind)
    expect(await deployAgain(SPECIFICATION)).toEqual(CONVERGED)
    killed.push(statement ?? '')
  })

  test('at twenty points and more', () => {
    expect(killed.length).toBeGreaterThanOrEqual(20)
  })
})
