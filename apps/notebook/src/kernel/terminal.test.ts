import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { shown, TestKernel } from './testing/kernel-run.ts'

let kernel: TestKernel
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-kernel-test-'))
  kernel = await TestKernel.start({ env: { NOTEBOOK_HISTORY: join(folder, 'history') } })
  await kernel.screen('> ')
})
afterAll(async () => {
  await kernel.close()
  await rm(folder, { recursive: true })
})

describe('the terminal of a kernel', () => {
  test('shares variables with cells, both ways', async () => {
    await kernel.run('const fromCell: string = "cell"')
    kernel.type('const typed: number = fromCell.length; typed\r')
    expect(await kernel.screen(/\n4\n> $/)).toBeDefined()
    expect(shown(await kernel.run('typed'))).toBe('4')
  })

  test('goes on where a line is not the end', async () => {
    kernel.type('function add(a: number, b: number) {\r')
    await kernel.screen('... ')
    kernel.type('return a + b\r')
    await kernel.screen('... ')
    kernel.type('}\r')
    await kernel.screen('> ')
    kernel.type('add(1, 2)\r')
    expect(await kernel.screen(/\n3\n> $/)).toBeDefined()
  })

  test('shows errors, and goes on', async () => {
    kernel.type('throw new Error("typed")\r')
    const screen = await kernel.screen(/typed[\s\S]*> $/)
    expect(screen).toContain('Error: typed')
    kernel.type('let 1\r')
    expect(await kernel.screen(/SyntaxError[\s\S]*> $/)).toContain('^')
  })

  test('is interrupted by Ctrl-C in a busy loop; at the prompt that clears the line', async () => {
    kernel.type('while (true) {}\r')
    await kernel.screen('while (true) {}\n')
    kernel.type('\u0003')
    expect(await kernel.screen(/> $/)).toContain('Interrupted')
    kernel.type('forgotten(')
    await kernel.screen('forgotten(')
    kernel.type('\u0003')
    await kernel.screen(/\^C[\s\S]*> $/)
    kernel.type('5 + 5\r')
    expect(await kernel.screen(/\n10\n> $/)).not.toContain('forgotten')
  })

  test('keeps what is typed ahead, and the cursor at its end', async () => {
    kernel.type('await new Promise((r) => { setTimeout(() => r("waited"), 300) })\r')
    await kernel.screen(/300\) \}\)\n/)
    kernel.type('40 +')
    await kernel.screen(/waited[\s\S]*> 40 \+$/)
    kernel.type(' 2\r')
    expect(await kernel.screen(/\n42\n> $/)).toBeDefined()
  })

  test('is busy while it runs, and is interrupted like a cell', async () => {
    await vi.waitFor(() => expect(kernel.kernel.status).toBe('idle'))
    const statuses: string[] = []
    const stopListening = kernel.kernel.onEvent((event) => {
      if (event.type === 'status') statuses.push(event.status)
    })
    kernel.type('console.log("begun"); while (true) {}\r')
    await kernel.screen('begun\n')
    await vi.waitFor(() => expect(kernel.kernel.status).toBe('busy'))
    kernel.kernel.interrupt()
    await kernel.screen(/Interrupted[\s\S]*> $/)
    // What ran before may be told only now: the last two are this one's.
    await vi.waitFor(() => expect(statuses.slice(-2)).toEqual(['busy', 'idle']))
    stopListening()
  })

  test('stays at Ctrl-D', async () => {
    kernel.type('\u0004')
    await kernel.screen(/The kernel stays[\s\S]*> $/)
    kernel.type('6 + 6\r')
    expect(await kernel.screen(/\n12\n> $/)).toBeDefined()
  })

  test('prints what cells print to its prompt nowhere, and late output of its own above the line', async () => {
    kernel.type('setTimeout(() => console.log("late 🦊"), 100), 0\r')
    await kernel.screen(/\n0\n> $/)
    kernel.type('half')
    expect(await kernel.screen(/late 🦊\n> half$/)).toBeDefined()
    kernel.type('\u0015')
    await kernel.run('console.log("of the cell")')
    kernel.type('"é🦊".length\r')
    expect(await kernel.screen(/\n3\n> $/)).not.toContain('of the cell')
  })

  test('completes by Tab and remembers lines', async () => {
    kernel.type('fromCel\t')
    await kernel.screen(/fromCell/)
    kernel.type('.toUpperC\t')
    await kernel.screen(/toUpperCase/)
    kernel.type('()\r')
    await kernel.screen(/'CELL'\n> $/)
    kernel.type('\u001B[A')
    await kernel.screen(/fromCell\.toUpperCase\(\)/)
    kernel.type('\r')
    await kernel.screen(/'CELL'\n> $/)
    await expect
      .poll(() => readFile(join(folder, 'history'), 'utf8'))
      .toContain('fromCell.toUpperCase()\n')
  })

  test('is where child processes print, and knows its size', async () => {
    kernel.kernel.terminal.resize(99, 33)
    kernel.type(
      'require("node:child_process").spawnSync("sh", ["-c", "echo inherited $(stty size)"], { stdio: "inherit" }).status\r',
    )
    expect(await kernel.screen(/\n0\n> $/)).toContain('inherited 33 99')
    kernel.type('[process.stdout.columns, process.stdout.isTTY]\r')
    await kernel.screen(/\[ 99, true \]\n> $/)
  })

  test('asks for input', async () => {
    kernel.type('await input("name? ") + await input.password("pw? ")\r')
    await kernel.screen(/\nname\? $/)
    kernel.type('Ann\r')
    await kernel.screen(/\npw\? $/)
    kernel.type('hidden\r')
    expect(await kernel.screen(/'Annhidden'\n> $/)).not.toMatch(/pw\? hidden/)
  })

  test('has commands', async () => {
    kernel.type('.help\r')
    expect(await kernel.screen(/> $/)).toContain('.sql SELECT')
    kernel.type('.nothing\r')
    expect(await kernel.screen(/> $/)).toContain('There is no .nothing')
    kernel.type('.sql SELECT 1\r')
    expect(await kernel.screen(/TOKEN_MISSING[\s\S]*> $/)).toContain('SessionError')
  })

  test('that nobody reads stops neither its kernel nor an interrupt', async () => {
    kernel.kernel.terminal.pause()
    kernel.type('var flooding = 1; for (let i = 0; ; i++) console.log("flood", i)\r')
    await expect
      .poll(async () => (await kernel.kernel.complete('floodi', 6, 'typescript')).items)
      .toHaveLength(1)
    const id = kernel.execute('6 * 7')
    kernel.type('\u0003')
    expect(shown(await kernel.finished(id))).toBe('42')
    kernel.kernel.terminal.resume()
    expect(await kernel.screen(/InterruptError[\s\S]*> $/)).toContain('flood')
  })

  test('works while a cell awaits', async () => {
    const id = kernel.execute(
      'await new Promise((r) => { globalThis.go = r }); console.log("went")',
    )
    kernel.type('go(), 7\r')
    expect(await kernel.screen(/\n7\n> $/)).toBeDefined()
    expect((await kernel.finished(id)).stdout).toBe('went\n')
  })
})
