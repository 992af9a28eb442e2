import { expect, test } from 'vitest'
import { printBytes, usageWords } from './usage-words.ts'

test.each([
  [0, '0 KB'],
  [812 * 1024, '812 KB'],
  [34.4 * 1024 * 1024, '34 MB'],
  [2.14 * 1024 ** 3, '2.1 GB'],
])('printBytes(%d)', (bytes, text) => {
  expect(printBytes(bytes)).toBe(text)
})

test('usageWords() says memory, heap and processor', () => {
  const mega = 1024 * 1024
  const usage = { residentBytes: 182 * mega, heapUsedBytes: 34 * mega, heapLimitBytes: 2048 * mega }
  expect(usageWords({ ...usage, cpu: 0.984 })).toBe('182 MB, heap 34 MB of 2.0 GB, CPU 98 %')
})
