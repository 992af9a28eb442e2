import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { rowBatches } from './row-batches.ts'

/** As the driver's stream does it: rows come later, and errors are told without destroying it. */
function streamOf(rows: readonly number[], error?: Error): Readable {
  let next = 0
  return new Readable({
    objectMode: true,
    highWaterMark: 4,
    read() {
      setImmediate(() => {
        if (next < rows.length) this.push([rows[next++]])
        else if (error === undefined) this.push(null)
        else this.emit('error', error)
      })
    },
  })
}

async function read(stream: Readable): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const batch of rowBatches<readonly number[]>(stream)) {
    expect(batch.length).toBeGreaterThan(0)
    rows.push(...batch.flat())
    // What the stream tells meanwhile is not missed.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return rows
}

test('rowBatches() gives all rows in order, none of none', async () => {
  const numbers = Array.from({ length: 100 }, (_, index) => index)
  expect(await read(streamOf(numbers))).toEqual(numbers)
  expect(await read(streamOf([]))).toEqual([])
})

test('rowBatches() throws what the stream tells, at any time', async () => {
  const failure = new Error('the chunk is gone')
  await expect(read(streamOf([], failure))).rejects.toBe(failure)
  await expect(read(streamOf([1, 2, 3], failure))).rejects.toBe(failure)
})

test('rowBatches() destroys the stream when the loop is left, and takes no cut for an end', async () => {
  const left = streamOf([1, 2, 3])
  for await (const batch of rowBatches(left)) {
    expect(batch.length).toBeGreaterThan(0)
    break
  }
  expect(left.destroyed).toBe(true)
  const destroyed = streamOf([1])
  destroyed.destroy()
  await expect(read(destroyed)).rejects.toThrow('the rows ended too early')
})
