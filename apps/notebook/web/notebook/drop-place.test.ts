import { expect, test } from 'vitest'
import { findDropPlace, indexOfDrop, scrollSpeed } from './drop-place.ts'

const places = ['a', 'b', 'c'].map((id, at) => ({ id, top: at * 100 + 5, bottom: at * 100 + 95 }))

test.each([
  [-50, { top: 5, before: 'a' }],
  [49, { top: 5, before: 'a' }],
  [51, { top: 100, before: 'b' }],
  [149, { top: 100, before: 'b' }],
  [260, { top: 295, before: null }],
])('what is dropped at %i goes to %j', (y, place) => {
  expect(findDropPlace(places, y)).toEqual(place)
})

test.each([
  [['a'], null, 3],
  [['d'], 'a', 0],
  [['a', 'b'], 'd', 1],
  [['b', 'c'], 'c', 1],
  [['b'], 'b', 1],
])('moving %j before %s is index %i', (moved, before, index) => {
  expect(indexOfDrop(['a', 'b', 'c', 'd'], moved, before)).toBe(index)
})

test('the page scrolls at its edges, faster the nearer', () => {
  expect(scrollSpeed(300, 0, 600)).toBe(0)
  expect(scrollSpeed(50, 0, 600)).toBeLessThan(0)
  expect(scrollSpeed(0, 0, 600)).toBeLessThan(scrollSpeed(50, 0, 600))
  expect(scrollSpeed(590, 0, 600)).toBeGreaterThan(0)
})
