import { afterEach, describe, expect, test, vi } from 'vitest'
import { printBytes, printDuration, Progress } from './progress.ts'

function recorder(isTTY: boolean): { text: string; isTTY: boolean; write(text: string): void } {
  return {
    text: '',
    isTTY,
    write(text) {
      this.text += text
    },
  }
}

describe('Progress', () => {
  test('gives a pipe one plain line a step, without colours or cursor moves', async () => {
    const stream = recorder(false)
    const progress = new Progress(stream, {})
    expect(await progress.step('Create role', () => Promise.resolve(7))).toBe(7)
    expect(stream.text).toMatch(/^✔ Create role {2}\d+ ms\n$/)
  })

  test('marks a failed step and passes its error on', async () => {
    const stream = recorder(false)
    const failing = new Progress(stream, {}).step('Push image', () =>
      Promise.reject(new Error('no')),
    )
    await expect(failing).rejects.toThrow('no')
    expect(stream.text).toMatch(/^✖ Push image {2}/)
  })

  test('gives a terminal a live line that is wiped when the step ends', async () => {
    const stream = recorder(true)
    await new Progress(stream, { NO_COLOR: '1' }).step('Wait', () => Promise.resolve())
    const wipe = '\r\u001B[2K'
    expect(stream.text.startsWith(`${wipe}⠋ Wait${wipe}✔ Wait  `)).toBe(true)
    expect(stream.text.endsWith(' ms\n')).toBe(true)
  })

  test('shows a title whole in a terminal that does not know its width', async () => {
    const stream = { ...recorder(true), columns: 0 }
    await new Progress(stream, { NO_COLOR: '1' }).step('Wait', () => Promise.resolve())
    expect(stream.text).toContain('⠋ Wait')
  })
})

describe('Progress of a step that takes long', () => {
  afterEach(() => void vi.useRealTimers())

  test('is never silent in a pipe for five seconds', async () => {
    vi.useFakeTimers()
    const stream = recorder(false)
    const progress = new Progress(stream, {})
    const step = progress.step('Push image', async (detail) => {
      await vi.advanceTimersByTimeAsync(6000)
      detail('1 of 3 layers')
      detail(['a table', 'for terminals'])
      await vi.advanceTimersByTimeAsync(10_000)
    })
    await step
    expect(stream.text.split('\n')).toEqual([
      '  Push image: still at it, 4.0 s',
      '  Push image: 1 of 3 layers',
      '  Push image: 1 of 3 layers, 10.0 s',
      '  Push image: 1 of 3 layers, 15.0 s',
      '✔ Push image  16.0 s',
      '',
    ])
  })

  test('has a table in a terminal, drawn over itself and wiped at the end', async () => {
    vi.useFakeTimers()
    const stream = recorder(true)
    const progress = new Progress(stream, { NO_COLOR: '1' })
    await progress.step('Wait', async (detail) => {
      detail('upgrading')
      detail(['api/0 READY', 'api/1 PENDING'])
      await vi.advanceTimersByTimeAsync(100)
      stream.text = ''
      await vi.advanceTimersByTimeAsync(80)
    })
    const wipe = '\r\u001B[2K'
    const wipeTable = `${wipe}\u001B[1A${wipe}\u001B[1A${wipe}`
    expect(stream.text).toBe(
      `${wipeTable}⠹ Wait\n    api/0 READY\n    api/1 PENDING${wipeTable}✔ Wait  180 ms\n`,
    )
  })
})

describe('printDuration()', () => {
  test.each([
    [8.4, '8 ms'],
    [1432, '1.4 s'],
    [125_000, '2 min 5 s'],
  ])('%d ms → %s', (ms, text) => {
    expect(printDuration(ms)).toBe(text)
  })
})

describe('printBytes()', () => {
  test.each([
    [0, 47_100_000, 0, '0.0 of 47.1 MB'],
    [12_300_000, 47_100_000, 1500, '12.3 of 47.1 MB, 8.2 MB/s'],
  ])('%d of %d bytes in %d ms → %s', (done, total, ms, text) => {
    expect(printBytes(done, total, ms)).toBe(text)
  })
})
