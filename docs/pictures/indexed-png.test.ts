import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { toIndexedPng } from './indexed-png.ts'

/** Two pixels a row: the first row as it is, then the same colours by each of the filters. */
const ROWS = [
  [0, 10, 20, 30, 200, 100, 50],
  [1, 10, 20, 30, 190, 80, 20],
  [2, 0, 0, 0, 0, 0, 0],
  [3, 5, 10, 15, 95, 40, 10],
  [4, 0, 0, 0, 0, 0, 0],
]

test('toIndexedPng() keeps the colours of few, whatever filter the rows have', () => {
  const header = [0, 0, 0, 2, 0, 0, 0, ROWS.length, 8, 2, 0, 0, 0]
  const png = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.from(header)),
    chunk('IDAT', deflateSync(Buffer.from(ROWS.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ])
  const indexed = toIndexedPng(png)
  expect([...dataOf(indexed, 'IHDR')]).toEqual(header.with(9, 3))
  const palette = [...dataOf(indexed, 'PLTE')]
  expect(palette).toEqual([10, 20, 30, 200, 100, 50])
  expect([...inflateSync(dataOf(indexed, 'IDAT'))]).toEqual(ROWS.flatMap(() => [0, 0, 1]))
})

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

function dataOf(png: Buffer, type: string): Buffer {
  const at = png.indexOf(type, 8, 'latin1')
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4))
}
