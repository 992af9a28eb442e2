import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WholeOutput } from './whole-output.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('WholeOutput', () => {
  test('keeps all that a cell prints, in order, until it runs anew', async () => {
    const outputs = new WholeOutput(join(folder, 'deep'))
    outputs.begin('a')
    for (let n = 0; n < 1000; n++) outputs.append('a', `${n} é\n`)
    outputs.append('b', 'other')
    outputs.append('a', 'end')
    expect(outputs.lag).toBeGreaterThan(0)
    await outputs.settled()
    expect(outputs.lag).toBe(0)
    const lines = Array.from({ length: 1000 }, (_, n) => `${n} é\n`)
    expect(await readFile(outputs.path('a') ?? '', 'utf8')).toBe(`${lines.join('')}end`)
    outputs.begin('a')
    outputs.append('a', 'new')
    await outputs.settled()
    expect(await readFile(outputs.path('a') ?? '', 'utf8')).toBe('new')
    expect(outputs.path('c')).toBeUndefined()
    await outputs.remove()
    expect(outputs.path('a')).toBeUndefined()
  })

  test('stops at its bound and says so once', async () => {
    const outputs = new WholeOutput(folder, 10)
    outputs.append('a', '12345678')
    for (let n = 0; n < 5; n++) outputs.append('a', '9012')
    await outputs.settled()
    const text = '1234567890\n[what came after is not kept]\n'
    expect(await readFile(outputs.path('a') ?? '', 'utf8')).toBe(text)
  })

  test('goes on when the disk refuses', async () => {
    await writeFile(join(folder, 'file'), '')
    const outputs = new WholeOutput(join(folder, 'file', 'below'))
    outputs.append('a', 'x')
    await outputs.settled()
    expect([outputs.lag, outputs.path('a')]).toEqual([0, undefined])
  })
})
