import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { isResultId, ResultFolders, type ShownResults } from './result-folders.ts'

const GRACE = 600_000
const DAY = 86_400_000

interface Folders {
  readonly folders: ResultFolders
  /** As a server that follows finds them. */
  readonly again: () => ResultFolders
  readonly directory: string
}

function make(mostBytes = 1_000): Folders {
  const directory = join(temporaryFolder(), 'results')
  const again = (): ResultFolders => new ResultFolders({ directory, mostBytes })
  return { folders: again(), again, directory }
}

/** Writes the rows of a result, as of a time in ms. */
function write(folder: string, resultId: string, at: number, bytes = 10): string {
  const file = join(folder, `${resultId}.rows`)
  writeFileSync(file, 'x'.repeat(bytes))
  utimesSync(file, at / 1000, at / 1000)
  return file
}

function shown(path: string, resultIds: readonly string[], runningSince?: number): ShownResults {
  return { path, resultIds: new Set(resultIds), runningSince }
}

describe('the folder of a notebook', () => {
  test('is one, for it alone, and stays its own when it is renamed', async () => {
    const { folders, again } = make()
    const [one, same, other] = await Promise.all([
      folders.folder('f/a.ipynb'),
      folders.folder('f/a.ipynb'),
      folders.folder('b.ipynb'),
    ])
    expect([one === same, one === other]).toEqual([true, false])
    await folders.rename('f/a.ipynb', 'c.ipynb')
    expect(await folders.folder('c.ipynb')).toBe(one)
    expect(await folders.maybeFile('f/a.ipynb', 'r')).toBeUndefined()
    expect(await again().folder('c.ipynb')).toBe(one)
  })

  test('goes with a folder that is renamed, and not with one of a similar name', async () => {
    const { folders } = make()
    const [inside, beside] = [await folders.folder('f/a.ipynb'), await folders.folder('f2/a.ipynb')]
    await folders.rename('f', 'g')
    expect(await folders.folder('g/a.ipynb')).toBe(inside)
    expect(await folders.folder('f2/a.ipynb')).toBe(beside)
  })

  test('is deleted with it, with all that is in it, and no link is followed', async () => {
    const { folders, directory } = make()
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'kept.rows'), 'kept')
    const folder = await folders.folder('a.ipynb')
    symlinkSync(outside, join(folder, 'link.rows'))
    await folders.remove('a.ipynb')
    expect(readdirSync(directory)).toEqual([])
    expect(readFileSync(join(outside, 'kept.rows'), 'utf8')).toBe('kept')
    expect(await folders.maybeFile('a.ipynb', 'r')).toBeUndefined()
  })

  test.each(['', '../b', 'a/b', 'a.b', '..', 'ä', 'x'.repeat(65), 'a_b', ' a'])(
    'holds no result of the name "%s" (CVE-2026-35397, CVE-2026-5422)',
    async (resultId) => {
      const { folders } = make()
      await folders.folder('a.ipynb')
      expect(isResultId(resultId)).toBe(false)
      expect(await folders.maybeFile('a.ipynb', resultId)).toBeUndefined()
    },
  )
})

describe('sweep()', () => {
  test('deletes what is shown no more, once its time is over', async () => {
    const { folders } = make()
    const folder = await folders.folder('a.ipynb')
    const [kept, gone] = [write(folder, 'kept', 0), write(folder, 'gone', 0)]
    const half = write(folder, 'half.part', 0)
    const other = write(await folders.folder('closed.ipynb'), 'closed', 0)
    const now = Date.now()
    await folders.sweep([shown('a.ipynb', ['kept'])], now)
    expect([kept, gone, half].map((file) => existsSync(file))).toEqual([true, true, true])
    await folders.sweep([shown('a.ipynb', ['kept'])], now + GRACE - 1)
    expect([kept, gone].map((file) => existsSync(file))).toEqual([true, true])
    await folders.sweep([shown('a.ipynb', ['kept'])], now + GRACE)
    expect([kept, gone, half].map((file) => existsSync(file))).toEqual([true, false, false])
    expect(existsSync(other)).toBe(true)
  })

  test('counts anew for what is shown again, and keeps what a running cell writes', async () => {
    const { folders } = make()
    const folder = await folders.folder('a.ipynb')
    const now = Date.now()
    const [again, written] = [write(folder, 'again', 0), write(folder, 'written', now)]
    await folders.sweep([shown('a.ipynb', [], now - 1)], now)
    await folders.sweep([shown('a.ipynb', ['again'], now - 1)], now + 1)
    await folders.sweep([shown('a.ipynb', [], now - 1)], now + GRACE)
    await folders.sweep([shown('a.ipynb', [], now - 1)], now + 2 * GRACE - 1)
    expect([again, written].map((file) => existsSync(file))).toEqual([true, true])
    await folders.sweep([shown('a.ipynb', [])], now + 2 * GRACE)
    expect([again, written].map((file) => existsSync(file))).toEqual([false, true])
    await folders.sweep([shown('a.ipynb', [])], now + 3 * GRACE)
    expect(existsSync(written)).toBe(false)
  })

  test('deletes the oldest when all are too many', async () => {
    const { folders } = make(250)
    const [a, b] = [await folders.folder('a.ipynb'), await folders.folder('b.ipynb')]
    const files = [
      write(a, 'oldest', 1_000, 100),
      write(b, 'older', 2_000, 100),
      write(a, 'newer', 3_000, 100),
      write(b, 'newest', 4_000, 100),
    ]
    await folders.sweep([shown('a.ipynb', ['oldest', 'newer'])], Date.now())
    expect(files.map((file) => existsSync(file))).toEqual([false, false, true, true])
  })

  test('deletes nothing where a link stands in the place of a folder', async () => {
    const { folders, directory } = make(0)
    const outside = temporaryFolder()
    const kept = write(outside, 'kept', 0)
    const folder = await folders.folder('a.ipynb')
    symlinkSync(outside, join(directory, 'elsewhere'))
    symlinkSync(kept, join(folder, 'link.rows'))
    await folders.sweep([shown('a.ipynb', [])], Date.now() + GRACE)
    await folders.sweep([shown('a.ipynb', [])], Date.now() + 3 * GRACE)
    expect(readFileSync(kept, 'utf8')).toBe('x'.repeat(10))
    expect(existsSync(join(folder, 'link.rows'))).toBe(false)
  })
})

describe('removeLeftovers()', () => {
  test('deletes what was not opened for a week, and what nobody owns', async () => {
    const { folders, again, directory } = make()
    const [old, used] = [await folders.folder('old.ipynb'), await folders.folder('used.ipynb')]
    const now = Date.now()
    const weekAgo = (now - 7 * DAY) / 1000
    for (const folder of [old, used]) utimesSync(join(folder, 'notebook.json'), weekAgo, weekAgo)
    // A look at an open notebook is a use of it.
    await folders.sweep([shown('used.ipynb', [])], now)
    mkdirSync(join(directory, 'half-made'))
    writeFileSync(join(directory, 'broken'), 'x')
    const next = again()
    await next.removeLeftovers(now)
    expect(readdirSync(directory)).toEqual([used.slice(directory.length + 1)])
    expect(await next.folder('old.ipynb')).not.toBe(old)
  })
})
