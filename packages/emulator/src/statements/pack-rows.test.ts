import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { PackedRows, RowsResult } from '../statement-result.ts'
import { rowsIn } from '../testing/test-account.ts'
import { packRows, RowPacker } from './pack-rows.ts'

const rowsOf = (rows: PackedRows): unknown => rowsIn({ rows } as RowsResult)

test('packRows() cuts after 10 000 rows, and loses none', async () => {
  const rows = Array.from({ length: 25_001 }, (_, n) => [String(n), null])
  const packed = await packRows(rows)
  expect(packed.length).toBe(25_001)
  expect(packed.chunks.map(({ rowCount }) => rowCount)).toEqual([10_000, 5001])
  for (const { body, uncompressedSize } of packed.chunks) {
    expect(gunzipSync(body).length).toBe(uncompressedSize)
  }
  expect(rowsOf(packed)).toEqual(rows)
})

test('packRows() cuts earlier when rows are large', async () => {
  const packed = await packRows(Array.from({ length: 5 }, () => ['x'.repeat(5_000_000)]))
  expect(packed.chunks.map(({ rowCount }) => rowCount)).toEqual([2, 1])
})

test('packRows() gives nothing for no rows', async () => {
  expect(await packRows([])).toEqual({ kind: 'packed', inline: '', chunks: [], length: 0 })
})

test('a RowPacker cuts alike however its rows come, and ends with the reason of its signal', async () => {
  const abort = new AbortController()
  const packer = new RowPacker(abort.signal)
  const rows = Array.from({ length: 3000 }, (_, n) => [String(n)])
  for (let part = 0; part < 5; part++) await packer.add(rows)
  const packed = await packer.end()
  expect(packed.chunks.map(({ rowCount }) => rowCount)).toEqual([5000])
  abort.abort(new Error('cancelled'))
  const stopped = new RowPacker(abort.signal)
  await expect(async () => {
    for (let part = 0; part < 5; part++) await stopped.add(rows)
  }).rejects.toThrow('cancelled')
})
