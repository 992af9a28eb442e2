import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { ResultFile } from './result-file.ts'
import type { ResultRow } from './result.ts'
import { printRows } from './testing/result-of.ts'

function rowsOf(count: number): ResultRow[] {
  return Array.from({ length: count }, (_, at) => [String(at), at % 3 === 0 ? null : `é\n${at}`])
}

/** A file `name` with these rows in a folder of its own. */
function written(rows: readonly ResultRow[], name = 'r.rows'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, printRows(rows))
  return path
}

describe('window()', () => {
  const rows = rowsOf(100)
  test.each([
    ['the first rows', 0, 10],
    ['one row', 15, 1],
    ['rows across steps', 15, 40],
    ['the last rows', 90, 10],
    ['beyond the end', 96, 16],
    ['all', 0, 1000],
    ['none', 3, 0],
    ['after the end', 100, 10],
  ])('gives %s', async (_name, offset, limit) => {
    const file = new ResultFile(written(rows))
    expect(await file.window(offset, limit)).toEqual(rows.slice(offset, offset + limit))
  })

  test('knows how many rows there are once the last was asked for', async () => {
    const file = new ResultFile(written(rowsOf(5_000)))
    expect(await file.window(4_999, 5)).toEqual(rowsOf(5_000).slice(-1))
    expect(file.rowCount).toBe(5_000)
    expect(await file.rows(Uint32Array.of(4_999, 0, 77))).toEqual([
      ['4999', 'é\n4999'],
      ['0', null],
      ['77', 'é\n77'],
    ])
  })

  test('is smaller where rows are large, but never without a row', async () => {
    const large = 'x'.repeat(9_000_000)
    const path = written([[large], ['small'], [large], ['last']])
    const file = new ResultFile(path)
    const first = await file.window(0, 4)
    expect(first.map(([text]) => text?.length)).toEqual([9_000_000, 5])
    expect((await file.window(2, 4)).length).toBe(2)
    expect((await file.rows(Uint32Array.of(0, 2, 3))).length).toBe(1)
  })

  test('a line that is cut off is no row', async () => {
    const path = join(temporaryFolder(), 'r.rows')
    writeFileSync(path, '["1"]\n["2"')
    expect(await new ResultFile(path).window(0, 10)).toEqual([['1']])
  })

  test.each([
    ['no JSON', 'what?\n'],
    ['an object', '{"a":1}\n'],
    ['numbers', '[1]\n'],
  ])('says that the file is damaged when a row is %s', async (_name, text) => {
    const path = join(temporaryFolder(), 'r.rows')
    writeFileSync(path, text)
    await expect(new ResultFile(path).window(0, 10)).rejects.toMatchObject({ code: 'RESULT_GONE' })
  })
})

describe('a file that is not what it seems', () => {
  test('is gone when it was deleted, also after it was read', async () => {
    const path = written(rowsOf(10))
    const file = new ResultFile(path)
    await file.window(0, 1)
    rmSync(path)
    await expect(file.window(0, 1)).rejects.toMatchObject({ code: 'RESULT_GONE' })
    await expect(file.check()).rejects.toMatchObject({ code: 'RESULT_GONE' })
  })

  test('is not followed out of its folder (CVE-2026-35397, CVE-2026-5422)', async () => {
    const outside = written([['secret']])
    const folder = temporaryFolder()
    const path = join(folder, 'link.rows')
    symlinkSync(outside, path)
    await expect(new ResultFile(path).window(0, 1)).rejects.toMatchObject({ code: 'RESULT_GONE' })

    const own = join(folder, 'own')
    mkdirSync(own)
    writeFileSync(join(own, 'r.rows'), '["mine"]\n')
    expect(await new ResultFile(join(own, 'r.rows')).window(0, 1)).toEqual([['mine']])
    renameSync(own, join(folder, 'other'))
    symlinkSync(join(folder, 'other'), own)
    await expect(new ResultFile(join(own, 'r.rows')).check()).rejects.toMatchObject({
      code: 'RESULT_GONE',
    })
  })

  test('is refused when it is a folder', async () => {
    const path = join(temporaryFolder(), 'r.rows')
    mkdirSync(path)
    await expect(new ResultFile(path).window(0, 1)).rejects.toMatchObject({ code: 'RESULT_GONE' })
  })
})
