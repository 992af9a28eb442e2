import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { createRing, RECORD, RingReader, type RingRecord, RingWriter } from './ring.ts'

function readAll(reader: RingReader): RingRecord[] {
  const records: RingRecord[] = []
  for (let record = reader.read(); record !== undefined; record = reader.read())
    records.push(record)
  return records
}

describe('a ring', () => {
  test('gives back what was written, of all lengths, many times round', () => {
    const ring = createRing(1024)
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)]
    for (let length = 0; length < 2000; length += 1) {
      const text = 'é'.repeat(length % 200)
      writer.write(RECORD.stderr, length, text)
      expect(readAll(reader)).toEqual([
        { kind: RECORD.stderr, execution: length, text, more: false },
      ])
      expect(writer.isEmpty).toBe(true)
    }
  })

  test('cuts long texts between characters', () => {
    const ring = createRing(1024 * 1024)
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)]
    const text = `x${'🦊'.repeat(40_000)}`
    writer.write(RECORD.json, 2, text)
    const records = readAll(reader)
    expect(records.length).toBeGreaterThan(1)
    expect(records.map(({ text: piece }) => piece).join('')).toBe(text)
    expect(records.map(({ more }) => more)).toEqual([...records.slice(1).map(() => true), false])
  })

  test('asks its writer whether to go on while it is full', () => {
    const writer = new RingWriter(createRing(256))
    const giveUp = (): never => {
      throw new Error('full')
    }
    const fill = (): void => {
      for (let count = 0; count < 100; count += 1) writer.write(RECORD.stdout, 1, 'text', giveUp)
    }
    expect(fill).toThrow('full')
  })

  test('wakes its reader from another thread', async () => {
    const ring = createRing(4096)
    const reader = new RingReader(ring)
    const source = `
      import { workerData } from 'node:worker_threads'
      const state = new Int32Array(workerData, 0, 16)
      const words = new Int32Array(workerData, 64)
      await new Promise((resolve) => setTimeout(resolve, 20))
      words[0] = 4; words[1] = 0; words[2] = 7; words[3] = 0x64636261
      Atomics.store(state, 0, 16); Atomics.notify(state, 0)`
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: ring,
    })
    await reader.readable(4000)
    expect(readAll(reader)).toEqual([
      { kind: RECORD.stdout, execution: 7, text: 'abcd', more: false },
    ])
    await once(worker, 'exit')
  })
})
