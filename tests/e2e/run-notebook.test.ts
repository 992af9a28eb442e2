import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { SpcsProcess } from './spcs-process.ts'

let emulator: Emulator
let folder: string

beforeAll(async () => {
  ;[emulator, folder] = await Promise.all([
    startEmulator({ port: 0 }),
    mkdtemp(join(tmpdir(), 'spcs-run-test-')),
  ])
})
afterAll(async () => {
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})

interface CodeCell {
  readonly source: string | readonly string[]
  readonly outputs: readonly { readonly output_type: string; readonly ename?: string }[]
  readonly execution_count: number | null
}

async function write(name: string, ...cells: readonly object[]): Promise<string> {
  const file = join(folder, name)
  const filled = cells.map((cell) => ({
    cell_type: 'code',
    metadata: {},
    outputs: [],
    execution_count: null,
    ...cell,
  }))
  const notebook = { cells: filled, metadata: {}, nbformat: 4, nbformat_minor: 5 }
  await writeFile(file, JSON.stringify(notebook))
  return file
}

async function cellsOf(file: string): Promise<readonly CodeCell[]> {
  return (JSON.parse(await readFile(file, 'utf8')) as { cells: readonly CodeCell[] }).cells
}

function spcsRun(...words: readonly string[]): SpcsProcess {
  const { accessUrl, account, user, password } = emulator.connection
  const { hostname, port } = new URL(accessUrl)
  return new SpcsProcess(['run', ...words], {
    SNOWFLAKE_HOST: hostname,
    SNOWFLAKE_PORT: port,
    SNOWFLAKE_PROTOCOL: 'http',
    SNOWFLAKE_ACCOUNT: account,
    SNOWFLAKE_USER: user,
    SNOWFLAKE_PASSWORD: password,
  })
}

describe.concurrent('spcs run', () => {
  test('runs TypeScript and SQL with a parameter, prints what the cells print, and writes another file', async ({
    expect,
  }) => {
    const file = await write(
      'good.ipynb',
      { id: 'p', metadata: { tags: ['parameters'] }, source: "const region: string = 'APJ'" },
      { id: 'sql', metadata: { spcs: { language: 'sql' } }, source: 'SELECT 6 * 7 AS ANSWER' },
      { id: 'out', source: 'console.log(`${region} ${(await sql`SELECT 1 AS A`)[0].A}`)' },
    )
    const before = await readFile(file, 'utf8')
    const output = join(folder, 'out.ipynb')
    await using spcs = spcsRun(file, '-p', 'region=EMEA', '--output', output)
    expect([await spcs.exitCode(), spcs.stderr]).toEqual([0, expect.stringMatching(/\[4\/4\]/)])
    expect(spcs.stdout).toContain('EMEA 1\n')
    expect(await readFile(file, 'utf8')).toBe(before)
    const cells = await cellsOf(output)
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3, 4])
    expect(JSON.stringify(cells[2]?.outputs)).toContain('42')
  })

  test('stops at an error with its traceback, and tells it as JSON', async ({ expect }) => {
    const file = await write(
      'bad.ipynb',
      { id: 'a', source: 'nothing.here' },
      { id: 'b', source: '1' },
    )
    await using spcs = spcsRun(file, '--json')
    expect(await spcs.exitCode()).toBe(1)
    expect(spcs.stderr).toMatch(/nothing is not defined[^]*cell:a:1[^]*CELL_FAILED/)
    expect(JSON.parse(spcs.stdout)).toMatchObject({
      failure: { code: 'CELL_FAILED' },
      cells: [{ id: 'a', status: 'error' }],
    })
    expect((await cellsOf(file))[0]?.outputs).toMatchObject([{ ename: 'ReferenceError' }])
  })

  test('Ctrl-C interrupts the cell and writes the file; the process does not show the parameters', async ({
    expect,
  }) => {
    const source = "console.log('before'); while (true);"
    const file = await write('long.ipynb', { id: 'a', source })
    await using spcs = spcsRun(file, '-p', 'secret=hunter2')
    await spcs.prints(/before/)
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${spcs.child.pid}/cmdline`, 'utf8')).not.toContain('hunter2')
    }
    expect(await spcs.interrupt()).toBe(130)
    const [, cell] = await cellsOf(file)
    expect(JSON.stringify(cell?.outputs)).toContain('before')
    expect(spcs.stderr).toContain('INTERRUPTED')
  })

  test('a slip in the command is told before anything runs', async ({ expect }) => {
    const file = await write('idle.ipynb')
    await using twice = spcsRun(file, '-p', 'a=1', '-p', 'a=2')
    expect(await twice.exitCode()).toBe(64)
    expect(twice.stderr).toContain('"a" is given twice')
  })
})
