import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { shown, TestKernel } from './testing/kernel-run.ts'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie has ended; only its parent has not looked yet.
    return !/^State:\s+Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }))
  } catch {
    return false
  }
}

describe('a kernel', () => {
  let kernel: TestKernel
  beforeAll(async () => {
    kernel = await TestKernel.start()
  })
  afterAll(() => kernel.close())

  test('has a clean environment and leaves no socket file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
    const { TMPDIR } = process.env
    process.env['TMPDIR'] = folder
    process.env['NOTEBOOK_TOKEN'] = 'server-secret'
    process.env['SOMETHING'] = 'the-secret-value'
    const other = await TestKernel.start({
      env: { MINE: 'yes' },
      secrets: () => ['the-secret-value'],
    })
    delete process.env['NOTEBOOK_TOKEN']
    delete process.env['SOMETHING']
    const run = await other.run(
      'const { NOTEBOOK_TOKEN, SOMETHING, MINE, SPCS_KERNEL_SOCKET } = process.env; [NOTEBOOK_TOKEN, SOMETHING, MINE, SPCS_KERNEL_SOCKET, process.cwd() === __dirname]',
    )
    expect(shown(run)).toBe("[ undefined, undefined, 'yes', undefined, true ]")
    await other.close()
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
    expect(await readdir(folder)).toEqual([])
  })

  test('counts executions and says when it is busy', async () => {
    const from = kernel.events.length
    await Promise.all([kernel.run('1'), kernel.run('2')])
    const told = (): (string | number)[] =>
      kernel.events
        .slice(from)
        .filter((event) => event.type !== 'usage') // comes whenever it has changed
        .map((event) => {
          if (event.type === 'status') return event.status
          return event.type === 'execution-started' ? event.count : event.type
        })
    await vi.waitFor(() => expect(told().at(-1)).toBe('idle'))
    expect(told()[0]).toBe('busy')
    // Between the two it may come to rest, or not: the second may be there already.
    expect(told().filter((word) => word !== 'busy' && word !== 'idle')).toEqual([
      1,
      'result',
      'execution-finished',
      2,
      'result',
      'execution-finished',
    ])
  })

  test('lists what cells have declared, and calls none of it', async () => {
    await kernel.run(
      'let s = "abc", list = [1, 2, 3]; class Car {} const car = new Car(); function go() {} const map = new Map([[1, 2]]); const bad = new Proxy({}, { get() { throw 1 } }); const getter = { get x() { touched = true; return 1 } }; var touched = false; const long = "x".repeat(1e6)',
    )
    const variables = new Map((await kernel.kernel.variables()).map((each) => [each.name, each]))
    expect(variables.get('s')).toEqual({ name: 's', type: 'string', preview: "'abc'", size: 3 })
    expect(variables.get('list')).toEqual({
      name: 'list',
      type: 'Array(3)',
      preview: '[ 1, 2, 3 ]',
      size: 3,
    })
    expect(variables.get('car')).toMatchObject({ type: 'Car', preview: 'Car {}' })
    expect(variables.get('Car')?.type).toBe('Class')
    expect(variables.get('go')?.type).toBe('Function')
    expect(variables.get('map')?.type).toBe('Map(1)')
    expect(variables.get('bad')?.type).toBe('Proxy')
    expect(variables.get('long')).toMatchObject({
      size: 1e6,
      preview: expect.stringMatching(/…$/) as string,
    })
    expect(shown(await kernel.run('touched'))).toBe('false')
  })

  test('completes properties of live values, globals and keywords without effects', async () => {
    await kernel.run(
      'const deep = { alpha: { beta: [1] }, get danger() { touched = 1; return { y: 1 } } }; touched = false',
    )
    const complete = async (source: string) =>
      kernel.kernel.complete(source, source.length, 'typescript')
    const labels = async (source: string) =>
      (await complete(source)).items.map(({ label }) => label)
    expect(await labels('f(deep.al')).toEqual(['alpha'])
    expect(await labels('deep.alpha.beta.fl')).toEqual(['flat', 'flatMap'])
    expect(await labels('deep["alpha"].be')).toEqual(['beta'])
    expect(await labels('"text".toUpper')).toEqual(['toUpperCase'])
    expect(await labels('deep?.alp')).toEqual(['alpha'])
    expect(await labels('dee')).toEqual(['deep'])
    expect(await labels('swit')).toEqual(['switch'])
    expect(await labels('displa')).toEqual(['display'])
    expect(await labels('deep.danger.')).toEqual([])
    expect(await complete('x = deep.al + 1')).toMatchObject({ items: [] })
    expect((await kernel.kernel.complete('deep.al + 1', 7, 'typescript')).from).toBe(5)
    const inSql = async (source: string) =>
      (await kernel.kernel.complete(source, source.length, 'sql')).items.map(({ label }) => label)
    expect(await inSql('SELECT ${1}, ${deep.al')).toEqual(['alpha'])
    expect(await inSql('SELECT ${deep}, sel')).toEqual([])
    expect(shown(await kernel.run('touched'))).toBe('false')
  })

  test('says so when native code keeps it from telling its variables', async () => {
    // The child says itself that main waits for it.
    const id = kernel.execute(
      'require("node:child_process").execSync("echo main waits; sleep 1.3", { stdio: "inherit" })',
    )
    await kernel.screen('main waits')
    await expect(kernel.kernel.variables()).rejects.toMatchObject({ code: 'KERNEL_BUSY' })
    await kernel.finished(id)
    expect(await kernel.kernel.inspectVariable('nothing', [], 0)).toEqual([])
  })

  test('completes while it is busy', async () => {
    const id = kernel.execute('console.log("busy"); while (true) {}')
    await kernel.event((event) => event.type === 'stream' && event.executionId === id)
    expect((await kernel.kernel.complete('car.constr', 10, 'typescript')).items).toHaveLength(1)
    expect((await kernel.kernel.variables()).length).toBeGreaterThan(3)
    kernel.kernel.interrupt()
    await kernel.finished(id)
  })

  test('tells what its process takes', async () => {
    const event = await kernel.event((each) => each.type === 'usage')
    expect(event).toMatchObject({ usage: { residentBytes: expect.any(Number) as number } })
  })
})

describe('secrets', () => {
  const secret = 'sEcReT-tOkEn-0123456789'
  test('never leave: in streams, whole or split, results, errors, displays, terminal', async () => {
    const kernel = await TestKernel.start({
      secrets: () => [secret],
      callerToken: 'caller-token-of-the-user',
    })
    const half = secret.slice(0, 9)
    const rest = secret.slice(9)
    const run = await kernel.run(`const a = ${JSON.stringify(half)}, b = ${JSON.stringify(rest)}
      console.log(a + b); display.html(a + b); console.error(a + b)
      process.stdout.write('x' + a); await new Promise((r) => setTimeout(r, 30)); process.stdout.write(b + 'y'); a + b`)
    expect(run.stdout).toBe('[token]\nx[token]y')
    expect(run.stderr).toBe('[token]\n')
    expect(run.displays[0]?.data).toEqual({ 'text/html': '[token]' })
    expect(shown(run)).toBe("'[token]'")
    expect((await kernel.run('throw new Error(a + b)')).error?.message).toBe('[token]')
    await kernel.run(
      'setTimeout(() => process.stdout.write(a), 20); setTimeout(() => process.stdout.write(b + "late"), 80)',
    )
    const late = await kernel.event((event) => event.type === 'stream' && /late/.test(event.text))
    expect(late).toMatchObject({ text: '[token]late' })
    kernel.type('console.log(a + b)\r')
    expect(await kernel.screen('[token]\n')).not.toContain(secret)
    kernel.type(`"${secret}".length\r`)
    expect(await kernel.screen('23')).not.toContain(secret)
    expect(JSON.stringify(kernel.events)).not.toContain(secret)
    await kernel.close()
  })

  test('are also what the session token file holds', async () => {
    const kernel = await TestKernel.start()
    await writeFile(join(kernel.directory, 'token'), 'token-of-the-container\n')
    const inside = await TestKernel.start({ env: { SPCS_SESSION_DIR: kernel.directory } })
    const run = await inside.run(
      `require('node:fs').readFileSync(${JSON.stringify(join(kernel.directory, 'token'))}, 'utf8')`,
    )
    expect(shown(run)).toBe("'[token]\\n'")
    await Promise.all([inside.close(), kernel.close()])
  })
})

describe('the end of a kernel', () => {
  test.each([
    ['process.exit(3)', 'exit code 3'],
    ['process.kill(process.pid, "SIGSEGV")', 'signal SIGSEGV'],
    ['process.abort()', 'signal SIGABRT'],
  ])('by %s is told in plain words, and the running cell is lost', async (source, reason) => {
    const kernel = await TestKernel.start()
    const id = kernel.execute(`console.log('last words'); ${source}`)
    const queued = kernel.execute('1')
    const run = await kernel.finished(id)
    expect(run.status).toBe('lost')
    expect('last words\n').toContain(run.stdout) // a killed process may take them along
    expect((await kernel.finished(queued)).status).toBe('lost')
    const end = await kernel.event((event) => event.type === 'status' && event.status === 'ended')
    expect(end).toMatchObject({ reason: expect.stringContaining(reason) as string })
    expect(kernel.kernel.status).toBe('ended')
    expect((await kernel.run('1')).status).toBe('lost')
    await expect(kernel.kernel.variables()).rejects.toMatchObject({ code: 'KERNEL_ENDED' })
    await kernel.close()
  })

  test('is put off by interrupting a cell that fills the heap', async () => {
    const kernel = await TestKernel.start({ env: { NODE_OPTIONS: '--max-old-space-size=64' } })
    const run = await kernel.run(`var kept = 1; const all: unknown[] = []
      for (;;) {
        all.push(new Array(1000).fill(0.5))
        const end = performance.now() + 0.2
        while (performance.now() < end);
      }`)
    expect(run.status).toBe('interrupted')
    expect(run.stderr).toContain('heap is nearly full')
    expect(shown(await kernel.run('all.length = 0; kept'))).toBe('1')
    await kernel.close()
  }, 20_000)

  test('by an exhausted heap says so', async () => {
    const kernel = await TestKernel.start({ env: { NODE_OPTIONS: '--max-old-space-size=64' } })
    const run = await kernel.run('JSON.parse(`[${"[],".repeat(8e6)}[]]`)')
    expect(run.status).toBe('lost')
    const end = await kernel.event((event) => event.type === 'status' && event.status === 'ended')
    expect(end).toMatchObject({
      reason: expect.stringContaining('heap is out of memory') as string,
    })
    await kernel.close()
  }, 20_000)

  test('by process.exit() keeps what was printed before', async () => {
    const kernel = await TestKernel.start()
    const run = await kernel.run(
      'for (let i = 0; i < 5000; i++) console.log("line"); process.exit()',
    )
    expect(run.stdout).toBe('line\n'.repeat(5000))
    await kernel.close()
  })

  test('takes whatever it started with it, in two seconds even if it does not listen', async () => {
    const kernel = await TestKernel.start()
    const run = await kernel.run(
      'process.on("SIGTERM", () => {}); const c = require("node:child_process").spawn("sleep", ["600"]); c.pid',
    )
    const child = Number(shown(run))
    expect(isAlive(child)).toBe(true)
    const from = performance.now()
    await kernel.close()
    expect(performance.now() - from).toBeLessThan(2000)
    expect(isAlive(kernel.kernel.pid)).toBe(false)
    expect(isAlive(child)).toBe(false)
  })

  test('comes when its server dies', async () => {
    const program = `
      import { startKernel } from ${JSON.stringify(join(import.meta.dirname, 'process-kernel.ts'))}
      const kernel = await startKernel({ directory: ${JSON.stringify(tmpdir())} })
      kernel.execute({ executionId: '1', cellId: '1', language: 'typescript', source: 'process.on("SIGHUP", () => {}); console.log("loop"); for (;;) {}' })
      kernel.onEvent((event) => { if (event.type === 'stream') console.log('pid', kernel.pid) })`
    const file = join(await mkdtemp(join(tmpdir(), 'spcs-kernel-test-')), 'server.mts')
    await writeFile(file, program)
    const server = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '-C', '@spcs/source', file],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [data] = (await once(server.stdout, 'data')) as [Buffer]
    const pid = Number(/pid (\d+)/.exec(data.toString())?.[1])
    expect(isAlive(pid)).toBe(true)
    server.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false)
  }, 15_000)

  test('before it is ready is an error with what it said', async () => {
    const start = TestKernel.start({ env: { NODE_OPTIONS: '--no-such-option' } })
    await expect(start).rejects.toMatchObject({
      code: 'KERNEL_START_FAILED',
      hint: expect.stringContaining('no-such-option') as string,
    })
  })
})

test('two kernels share nothing', async () => {
  const [one, two] = await Promise.all([TestKernel.start(), TestKernel.start()])
  await one.run('var mine = 1')
  expect(shown(await two.run('typeof mine'))).toBe("'undefined'")
  await Promise.all([one.close(), two.close()])
})
