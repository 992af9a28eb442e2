import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainText, shown, TestKernel } from './testing/kernel-run.ts'

let kernel: TestKernel
beforeAll(async () => {
  kernel = await TestKernel.start()
})
afterAll(() => kernel.close())

describe('output', () => {
  test('comes whole and in order, before the end', async () => {
    const run = await kernel.run(
      'for (let i = 0; i < 10_000; i++) console.log(i, "é🦊"); process.stderr.write("e"); display(1); process.stdout.write(Buffer.from("end")); undefined',
    )
    const lines = Array.from({ length: 10_000 }, (_, index) => `${index} é🦊\n`).join('')
    expect(plainText(run.stdout)).toBe(`${lines}end`)
    expect(run.stderr).toBe('e')
    const order = run.events.map((event) => (event.type === 'stream' ? event.name : event.type))
    expect(order.slice(-4)).toEqual(['stderr', 'display', 'stdout', 'execution-finished'])
  })

  test('keeps a character that is written in two pieces', async () => {
    const run = await kernel.run(
      'const b = Buffer.from("🦊"); process.stdout.write(b.subarray(0, 2)); process.stdout.write(b.subarray(2))',
    )
    expect(run.stdout).toBe('🦊')
  })

  test('comes while the cell is busy', async () => {
    const id = kernel.execute(
      'console.log("early"); const end = Date.now() + 300; while (Date.now() < end);',
    )
    await kernel.event((event) => event.type === 'stream' && event.executionId === id)
    const isOver = kernel.events.some(
      (event) => event.type === 'execution-finished' && event.executionId === id,
    )
    expect(isOver).toBe(false)
    await kernel.finished(id)
  })

  test('of a timer goes to its cell or, before Node 24, to what runs', async () => {
    const first = kernel.execute(`var printed = new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!globalThis.isSecondRunning) return
        clearInterval(timer)
        console.log('from the timer')
        resolve()
      }, 1)
    })`)
    await kernel.finished(first)
    const second = kernel.execute('globalThis.isSecondRunning = true; await printed')
    const event = await kernel.event(
      (each) => each.type === 'stream' && each.text.includes('from the timer'),
    )
    const isKnown = Number.parseInt(process.versions.node, 10) >= 24
    expect(event).toMatchObject({ executionId: isKnown ? first : second })
    await kernel.finished(second)
  })

  test('of values is coloured; undefined is none', async () => {
    expect((await kernel.run('"text"')).result).toEqual({
      'text/plain': "\u001B[32m'text'\u001B[39m",
    })
    expect((await kernel.run('undefined')).result).toBeUndefined()
    expect((await kernel.run('void 0; let x = 3')).result).toBeUndefined()
    expect(shown(await kernel.run('null'))).toBe('null')
  })
})

describe('display()', () => {
  test('shows bundles, values and what knows how to show itself', async () => {
    const run = await kernel.run(`
      display({ 'text/html': '<b>1</b>' }, { metadata: { a: 1 } })
      display([1])
      display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/markdown': '# x' }) })
      display.html('<i>'); display.markdown('*m*'); display.svg('<svg/>'); display.json({ a: [1] })
      display.png(new Uint8Array([1, 2, 3]));
      ({ [Symbol.for('Jupyter.display')]: async () => ({ 'application/x': 1 }) })`)
    expect(run.error).toBeUndefined()
    expect(run.displays.map(({ data }) => data)).toMatchObject([
      { 'text/html': '<b>1</b>' },
      { 'text/plain': expect.any(String) as string },
      { 'text/markdown': '# x' },
      { 'text/html': '<i>' },
      { 'text/markdown': '*m*' },
      { 'image/svg+xml': '<svg/>' },
      { 'application/json': { a: [1] } },
      { 'image/png': 'AQID' },
    ])
    expect(run.displays[0]?.metadata).toEqual({ a: 1 })
    expect(run.result).toEqual({ 'application/x': 1 })
  })

  test('as the last value of a cell shows nothing twice', async () => {
    const run = await kernel.run("display.html('<b>1</b>')")
    expect(run.displays).toHaveLength(1)
    expect(run.result).toBeUndefined()
  })

  test('updates in place, and clears', async () => {
    const run = await kernel.run(
      `const d = display('one', { id: 'mine' }); d.update('two'); display.update('mine', 'three'); display.clear({ wait: true })`,
    )
    expect(run.displays.map(({ displayId, update }) => [displayId, update])).toEqual([
      ['mine', false],
      ['mine', true],
      ['mine', true],
    ])
    expect(run.events).toContainEqual(expect.objectContaining({ type: 'cleared', wait: true }))
  })

  test('takes megabytes', async () => {
    const run = await kernel.run('display({ "text/html": "é".repeat(9e6) })')
    expect(run.displays[0]?.data['text/html']).toBe('é'.repeat(9e6))
  })

  test('progress() moves one display', async () => {
    const run = await kernel.run(
      'for (const x of progress([1, 2, 3])) x; const bar = progress(2, "load"); bar.advance(2)',
    )
    const last = run.displays.at(-1)
    expect(last?.data['text/plain']).toMatch(/^load \[█{30}\] 2\/2 100%$/)
    expect(last?.update).toBe(true)
  })
})

describe('input()', () => {
  test('asks and gets its answer', async () => {
    const id = kernel.execute(
      'const name = await input("Who? "); const pw = await input.password("PW "); name + pw',
    )
    for (const [isPassword, prompt, text] of [
      [false, 'Who? ', 'Ann'],
      [true, 'PW ', 'x'],
    ] as const) {
      const event = await kernel.event(
        (each) =>
          each.type === 'input-requested' &&
          each.executionId === id &&
          each.isPassword === isPassword,
      )
      expect(event).toMatchObject({ prompt })
      if (event.type === 'input-requested') kernel.kernel.answerInput(event.inputId, text)
    }
    expect(shown(await kernel.finished(id))).toBe("'Annx'")
  })

  test('can be interrupted', async () => {
    const id = kernel.execute('await input()')
    await kernel.event((event) => event.type === 'input-requested' && event.executionId === id)
    kernel.kernel.interrupt()
    expect((await kernel.finished(id)).status).toBe('interrupted')
  })
})

describe('pauseOutput()', () => {
  test('blocks the writer, keeps memory flat, and loses nothing', async () => {
    const total = 100_000_000
    const line = `${'x'.repeat(9999)}\n`
    let received = 0
    const stop = kernel.kernel.onEvent((event) => {
      if (event.type !== 'stream') return
      received += event.text.length
      kernel.kernel.pauseOutput()
      setImmediate(() => kernel.kernel.resumeOutput())
    })
    kernel.kernel.pauseOutput()
    const before = process.memoryUsage().rss
    const id = kernel.execute(
      `for (let i = 0; i < ${total / line.length}; i++) process.stdout.write(${JSON.stringify(line)}); globalThis.written = true`,
    )
    const variables = await kernel.kernel.complete('writ', 4, 'typescript') // answers while output waits
    expect(variables.items.map(({ label }) => label)).not.toContain('written')
    kernel.kernel.resumeOutput()
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 10)
    await kernel.event((event) => event.type === 'execution-finished' && event.executionId === id)
    clearInterval(watch)
    stop()
    expect(received).toBe(total)
    // The harness keeps all events, so the output itself counts once.
    expect(most - before).toBeLessThan(250_000_000)
  }, 30_000)
})
