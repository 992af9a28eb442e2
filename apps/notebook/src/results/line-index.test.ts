import { writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { LINES_PER_STEP, LineIndex } from './line-index.ts'

const MEGABYTE = 1 << 20

/** An index of a file with these lines. */
function indexOf(lines: readonly string[]): LineIndex {
  const path = join(temporaryFolder(), 'lines')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return new LineIndex(() => open(path))
}

describe('LineIndex', () => {
  test('has whoever asks for the first lines wait for them alone', async () => {
    const index = indexOf(Array.from({ length: 64 }, () => 'x'.repeat(MEGABYTE / 16)))
    await index.reaches(1)
    expect(index.isWhole).toBe(false)
    expect(index.range(0, 1, 0)).toMatchObject({ row: 0, start: 0 })
    await index.reaches(65)
    expect([index.isWhole, index.rowCount, index.longest]).toEqual([true, 64, MEGABYTE / 16 + 1])
  })

  test('finds whole steps, as many as are wanted and fit', async () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => String(at))
    const index = indexOf(lines)
    await index.reaches(Number.POSITIVE_INFINITY)
    const start = (row: number): number =>
      lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0)
    expect(index.range(40_001, 40_002, 0)).toEqual({
      row: 40_000,
      start: start(40_000),
      end: start(40_000 + LINES_PER_STEP),
    })
    expect(index.range(100, 200, 10_000)).toEqual({ row: 96, start: start(96), end: start(208) })
    expect(index.range(100, 200, 70)).toEqual({ row: 96, start: start(96), end: start(112) })
    expect(index.range(49_999, 60_000, 10_000)).toEqual({
      row: 49_984,
      start: start(49_984),
      end: start(50_000),
    })
  })

  test('fails for all who wait when the file cannot be read, or nobody needs it', async () => {
    const missing = new LineIndex(() => open('/nowhere'))
    await expect(missing.reaches(1)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(missing.reaches(1)).rejects.toMatchObject({ code: 'ENOENT' })
    const index = indexOf(Array.from({ length: 40 }, () => 'x'.repeat(MEGABYTE / 8)))
    const waiting = index.reaches(40)
    index.stop()
    await expect(waiting).rejects.toMatchObject({ code: 'RESULT_GONE' })
  })
})
