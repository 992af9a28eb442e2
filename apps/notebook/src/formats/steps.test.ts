import { expect, test } from 'vitest'
import { atOnce, inTurns, type Steps } from './steps.ts'

function* count(to: number, workMs: number): Steps<number> {
  for (let n = 0; n < to; n++) {
    const start = performance.now()
    while (performance.now() - start < workMs);
    yield
  }
  return to
}

test('inTurns() lets others go on in between', async () => {
  let turns = 0
  const others = setInterval(() => turns++, 1)
  expect(await inTurns(count(10, 10))).toBe(10)
  clearInterval(others)
  expect(turns).toBeGreaterThan(1)
})

test('atOnce() does not', () => {
  expect(atOnce(count(3, 0))).toBe(3)
})
