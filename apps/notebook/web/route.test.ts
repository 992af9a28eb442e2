import { describe, expect, test } from 'vitest'
import { readRoute } from './route.ts'

describe('readRoute()', () => {
  test.each([
    ['http://localhost/', null],
    ['http://localhost/?notebook=', null],
    ['http://localhost/?notebook=folder/a%20b.ipynb', 'folder/a b.ipynb'],
    ['http://localhost/?other=1&notebook=a.ipynb#b', 'a.ipynb'],
  ])('%s is %j', (address, path) => {
    expect(readRoute(address)).toBe(path)
  })
})
