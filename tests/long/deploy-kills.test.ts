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

/** Kills a deploy at its nth statement that changes something; undefined when it came to its end before. */
async function killAt(nth: number, loss: Loss, spec: string): Promise<string | undefined> {
  let [count, killedAt]: [number, string | undefined] = [0, undefined]
  const child: ChildProcess = spawn(process.execPath, [DEPLOY, proxy.url, spec], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  proxy.onStatement = (sql) => {
    count += 1
    // Others run beside it: nothing of what comes later may arrive.
    if (count < nth) return undefined
    killedAt ??= sql
    return count === nth ? loss : 'statement'
  }
  proxy.onLost = () => child.kill('SIGKILL')
  const [code] = (await once(child, 'close')) as [number | null]
  proxy.onStatement = () => undefined
  if (killedAt === undefined && code !== 0) throw new Error(errors)
  return killedAt
}

/** Deploys to the end, after which nothing is left to do and everything works. */
async function converges(spec: string): Promise<void> {
  project.config = await convertApiConfig(spec)
  await project.deploy()
  expect(await project.plan()).toEqual([])
  const { rows } = await project.session.execute('SELECT CONVERT_UDF(12)')
  expect(rows).toEqual([[53.6]])
}

async function dropEverything(): Promise<void> {
  await dropAll(project.session, project.config, project.invocation())
}

describe('spcs deploy, killed', () => {
  test('at any statement of the first deploy, converges when it is run again', async () => {
    const spec = 'specs/convert-api.yaml'
    const killed: string[] = []
    // What is lost alternates: the statement, or its answer.
    for (let nth = 1; ; nth += 2) {
      const statement = await killAt(nth, nth % 4 === 1 ? 'statement' : 'answer', spec)
      await converges(spec)
      if (statement === undefined) break
      killed.push(statement)
      await dropEverything()
    }
    expect(killed.length).toBeGreaterThan(10)
  })

  test('at any statement of an upgrade, converges when it is run again', async () => {
    const text = await readFile(new URL('../../specs/convert-api.yaml', import.meta.url), 'utf8')
    const killed: string[] = []
    for (let nth = 1; ; nth += 1) {
      const spec = join(folder, `${nth}.yaml`)
      await writeFile(spec, text.replace('memory: 512Mi', `memory: ${512 + nth}Mi`))
      const statement = await killAt(nth, nth % 2 === 1 ? 'statement' : 'answer', spec)
      await converges(spec)
      if (statement === undefined) break
      killed.push(statement)
    }
    expect(killed.length).toBeGreaterThan(6)
  })
})
