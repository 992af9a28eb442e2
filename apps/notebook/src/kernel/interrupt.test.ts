import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { shown, TestKernel } from './testing/kernel-run.ts'

let kernel: TestKernel
beforeAll(async () => {
  kernel = await TestKernel.start()
  await kernel.run('var kept = 42; var slow = (text) => /^(a+)+$/.test(text)')
})
afterAll(() => kernel.close())

/** Starts a cell that says when it runs, interrupts it, and gives how it ended and how long that took. */
async function interrupted(source: string): Promise<{ status: string; ms: number }> {
  const before = kernel.events.length
  const id = kernel.execute(`console.log('running');\n${source}`)
  await kernel.event(
    (event) =>
      kernel.events.indexOf(event) >= before && event.type === 'stream' && event.executionId === id,
  )
  const from = performance.now()
  kernel.kernel.interrupt(id)
  const { status } = await kernel.finished(id)
  return { status, ms: performance.now() - from }
}

describe('interrupt()', () => {
  test.each([
    ['a busy loop', 'while (true) {}', 'interrupted'],
    ['a loop of library code', '[1].map(new Function("for (;;) {}"))', 'interrupted'],
    ['an await that never ends', 'await new Promise(() => {})', 'abandoned'],
    [
      'a microtask storm',
      'const storm = () => Promise.resolve().then(storm); storm(); await new Promise(() => {})',
      'interrupted',
    ],
    ['a catastrophic regular expression', 'slow("a".repeat(40) + "!")', 'interrupted'],
    [
      'JSON that is huge',
      'const big = "[" + "1,".repeat(3e6) + "1]"; while (true) JSON.parse(big)',
      'interrupted',
    ],
    ['a child process', 'require("node:child_process").execSync("sleep 30")', 'interrupted'],
    [
      'an interval and a sleep',
      'const beat = setInterval(() => {}, 10); await new Promise((r) => setTimeout(r, 60000)); clearInterval(beat)',
      'abandoned',
    ],
    [
      'a loop in a timer',
      'setTimeout(new Function("for (;;) {}")); await new Promise(() => {})',
      'interrupted',
    ],
    [
      'a socket that waits',
      `const net = require('node:net'); const server = net.createServer().unref()
       await new Promise((r) => server.listen(0, () => net.connect(server.address().port).on('data', r).unref()))`,
      'abandoned',
    ],
    ['endless output', 'while (true) console.log("again and again")', 'interrupted'],
    [
      'endless output of library code',
      '[1].map(new Function("for (;;) console.log(1)"))',
      'interrupted',
    ],
    [
      'a loop that catches everything',
      'while (true) { try { while (true) {} } catch {} }',
      'interrupted',
    ],
    [
      'a wait on shared memory',
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
      'interrupted',
    ],
  ])('ends %s within two seconds, and its state is kept', async (_, source, expected) => {
    const { status, ms } = await interrupted(source)
    // A main thread that gets no turn for a while is interrupted by force, whatever it waits for.
    expect([expected, 'interrupted']).toContain(status)
    expect(ms).toBeLessThan(2000)
    expect(shown(await kernel.run('kept'))).toBe('42')
  })

  test('runs finally and names the line', async () => {
    const id = kernel.execute(
      'try {\n  console.log("in");\n  while (true) {}\n} finally { console.log("finally") }',
      { cellId: 'named' },
    )
    await kernel.event((event) => event.type === 'stream' && event.executionId === id)
    kernel.kernel.interrupt()
    const run = await kernel.finished(id)
    expect(run).toMatchObject({ status: 'interrupted', stdout: 'in\nfinally\n' })
    expect(run.error?.traceback.join('\n')).toContain('cell:named:3:')
  })

  test('drops what is queued', async () => {
    const first = kernel.execute('console.log(1); while (true) {}')
    const second = kernel.execute('kept = 43')
    await kernel.event((event) => event.type === 'stream' && event.executionId === first)
    kernel.kernel.interrupt()
    expect((await kernel.finished(second)).status).toBe('interrupted')
    expect((await kernel.finished(first)).status).toBe('interrupted')
    expect(shown(await kernel.run('kept'))).toBe('42')
  })

  test('lets a module finish loading, since a half-loaded one could never be imported again', async () => {
    const file = join(kernel.directory, 'slow-module.mjs')
    await writeFile(
      file,
      'const end = Date.now() + 600; while (Date.now() < end); export const loaded = "loaded"',
    )
    const { status } = await interrupted('import { loaded } from "./slow-module.mjs"')
    expect(status).toBe('interrupted')
    expect(shown(await kernel.run('(await import("./slow-module.mjs")).loaded'))).toBe("'loaded'")
  })

  test('stops what an abandoned cell does later', async () => {
    const id = kernel.execute(
      'console.log("on"); await new Promise((r) => { globalThis.wake = r }); globalThis.woken = true',
    )
    await kernel.event((event) => event.type === 'stream' && event.executionId === id)
    kernel.kernel.interrupt()
    expect((await kernel.finished(id)).status).toBe('abandoned')
    await kernel.run('wake(); await new Promise((r) => setTimeout(r, 20))')
    expect(shown(await kernel.run('typeof woken'))).toBe("'undefined'")
  })

  test('says that native code cannot be interrupted, and kill() ends it', async () => {
    const stuck = await TestKernel.start()
    await stuck.run('var many = Array.from({ length: 2e6 }, Math.random)')
    const id = stuck.execute('console.log("sorting"); many.sort()')
    await stuck.event((event) => event.type === 'stream')
    stuck.kernel.interrupt()
    const event = await stuck.event(
      (each) => each.type === 'status' && each.status === 'unresponsive',
    )
    expect(event).toMatchObject({ reason: expect.stringContaining('native code') as string })
    stuck.kernel.kill()
    expect((await stuck.finished(id)).status).toBe('lost')
    await stuck.close()
  }, 20_000)
})
