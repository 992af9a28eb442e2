import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect } from '@spcs/session'
import { bareDuckdb } from './bare-duckdb.ts'
import { type Benchmark, type Measure, measure, median, medianOf } from './measure.ts'
import { residentMiB } from './resident.ts'

const SPCS = createRequire(import.meta.url).resolve('@spcs/cli/bin/spcs.cjs')
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RUNS = 5
const QUERIES = 200

/** What a newcomer waits for, and what every statement costs. */
export const start: Benchmark = {
  name: 'start',
  summary: `from nothing to an answer; medians of ${RUNS} runs, of ${QUERIES} statements`,
  async *run() {
    const bareNode = await medianOf(RUNS, () => timeOf(['-e', '0']))
    const beside = { name: 'node -e 0', value: bareNode }
    const firstQuery = await medianOf(RUNS, timeToFirstQuery)
    yield measure({
      name: 'start to first query',
      value: firstQuery,
      unit: 'ms',
      better: 'lower',
      beside,
    })
    const quickstart = await medianOf(3, () => timeOf([SPCS, 'quickstart', '--json']))
    yield measure({
      name: 'start to quickstart done',
      value: quickstart,
      unit: 'ms',
      better: 'lower',
      beside,
    })
    yield await idleMemory()
    yield await selectOne()
  },
}

/** Milliseconds that a Node process takes from spawn to a good end. */
async function timeOf(words: readonly string[]): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${code}: ${errors}`)
  return performance.now() - started
}

/** Milliseconds from spawning the account to the answer of `SELECT 1`, over plain HTTP without a driver. */
async function timeToFirstQuery(): Promise<number> {
  const started = performance.now()
  await using account = await startAccount()
  const login = await post(`${account.accessUrl}/session/v1/login-request`, {
    data: { ACCOUNT_NAME: account.account, LOGIN_NAME: account.user, PASSWORD: account.password },
  })
  const answer = await post(
    `${account.accessUrl}/queries/v1/query-request?requestId=${crypto.randomUUID()}`,
    { sqlText: 'SELECT 1' },
    `Snowflake Token="${String(login['token'])}"`,
  )
  const took = performance.now() - started
  if (JSON.stringify(answer['rowset']) !== '[["1"]]') throw new Error('SELECT 1 was not answered')
  return took
}

/** Resident memory of an account that has answered once and then sat still, beside a Node that sits still. */
async function idleMemory(): Promise<Measure> {
  await using account = await startAccount()
  await using session = await connect(account)
  await session.execute('SELECT 1')
  const idle = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'])
  await once(idle.stdout, 'data')
  const beside = { name: 'idle node', value: residentMiB(idle) }
  const value = residentMiB(account.process)
  idle.kill()
  return measure({ name: 'memory when idle', value, unit: 'MiB', better: 'lower', beside })
}

/** One statement through the official driver, beside the same driver on DuckDB behind bare node:http. */
async function selectOne(): Promise<Measure> {
  await using account = await startAccount()
  await using ours = await connect(account)
  await using bare = await bareDuckdb()
  await using theirs = await connect(bare.connection)
  const times = { ours: [] as number[], theirs: [] as number[] }
  for (let query = 0; query < QUERIES; query++) {
    for (const [name, session] of [
      ['ours', ours],
      ['theirs', theirs],
    ] as const) {
      const started = performance.now()
      await session.execute('SELECT 1')
      times[name].push(performance.now() - started)
    }
  }
  const beside = { name: 'DuckDB behind node:http', value: median(times.theirs) }
  return measure({
    name: 'SELECT 1 through the driver',
    value: median(times.ours),
    unit: 'ms',
    better: 'lower',
    beside,
  })
}

interface StartedAccount extends AsyncDisposable {
  readonly accessUrl: string
  readonly account: string
  readonly user: string
  readonly password: string
  readonly process: ChildProcess
}

/** `spcs local --memory` on a free port, in a process of its own. */
async function startAccount(): Promise<StartedAccount> {
  const words = [SPCS, 'local', '--memory', '--port', '0', '--json']
  const child = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  for await (const line of createInterface({ input: child.stdout })) {
    text += line
    if (line === '}') break
  }
  return {
    ...(JSON.parse(text) as Omit<StartedAccount, 'process' | typeof Symbol.asyncDispose>),
    process: child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function post(
  url: string,
  body: unknown,
  authorization = '',
): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', authorization }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = (await response.json()) as { success: boolean; data: Record<string, unknown> }
  if (!answer.success) throw new Error(`${url} answered ${JSON.stringify(answer)}`)
  return answer.data
}
