import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { LineBuffer } from './line-buffer.ts'

describe('LineBuffer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('writes the first line at once, and those of the next 50 ms together, in order', () => {
    const { buffer, writes } = buffering()
    for (const line of ['a', 'b', 'c']) buffer.write(line)
    expect(writes).toEqual(['a'])
    vi.advanceTimersByTime(50)
    expect(writes).toEqual(['a', 'bc'])
    buffer.write('d')
    expect(writes).toEqual(['a', 'bc'])
    vi.advanceTimersByTime(50)
    expect(writes).toEqual(['a', 'bc', 'd'])
    vi.advanceTimersByTime(50)
    buffer.write('e')
    expect(writes).toEqual(['a', 'bc', 'd', 'e'])
  })

  test('writes what is held back with the line that makes it 32 KiB', () => {
    const { buffer, writes } = buffering()
    const line = 'x'.repeat(1024)
    for (let index = 0; index < 33; index++) buffer.write(line)
    expect(writes).toEqual([line, line.repeat(32)])
  })

  test('writes an error at once, after what was before it', () => {
    const { buffer, writes } = buffering()
    for (const line of ['a', 'b']) buffer.write(line)
    buffer.lastLevel = 50
    buffer.write('error')
    expect(writes).toEqual(['a', 'berror'])
  })

  test('writes what is held back when flushed, closed, or the process ends', () => {
    const { buffer, writes } = buffering()
    const other = buffering()
    for (const line of ['a', 'b']) buffer.write(line)
    let isDone = false
    buffer.flush(() => (isDone = true))
    expect([writes, isDone]).toEqual([['a', 'b'], true])
    for (const line of ['c', 'd']) other.buffer.write(line)
    buffer.write('e')
    for (const onExit of process.listeners('exit').filter(({ name }) => name === 'flushAll')) {
      onExit.call(process, 0)
    }
    expect([writes, other.writes]).toEqual([
      ['a', 'b', 'e'],
      ['c', 'd'],
    ])
    buffer.write('f')
    buffer.close()
    buffer.write('g')
    expect(writes).toEqual(['a', 'b', 'e', 'f', 'g'])
  })

  test('leaves nothing behind in the process once closed', () => {
    const listeners = process.listenerCount('exit')
    const [one, two] = [buffering(), buffering()]
    expect(process.listenerCount('exit')).toBe(listeners + 1)
    for (const { buffer } of [one, two]) {
      buffer.write('x')
      buffer.close()
    }
    expect([process.listenerCount('exit'), vi.getTimerCount()]).toEqual([listeners, 0])
  })
})

function buffering() {
  const writes: string[] = []
  const buffer = new LineBuffer((text) => void writes.push(text))
  onTestFinished(() => buffer.close())
  return { buffer, writes }
}
