import { expect, test } from 'vitest'
import { mergeCompletions } from './merge-completions.ts'

const known = { from: 2, to: 4, items: [{ label: 'both', kind: 'const', detail: 'number' }] }
const live = {
  from: 2,
  to: 4,
  items: ['live', 'both', 'toString'].map((label) => ({ label, kind: 'variable' })),
}

test("TypeScript's names come first, then those that only the kernel has", () => {
  expect(mergeCompletions(known, live)?.items.map(({ label }) => label)).toEqual(['both', 'live'])
})

test('either stands alone', () => {
  expect(mergeCompletions(known, null)).toBe(known)
  expect(mergeCompletions(null, live)).toBe(live)
  expect(mergeCompletions({ ...known, items: [] }, live)).toBe(live)
  expect(mergeCompletions(known, { ...live, from: 3 })).toBe(known)
  expect(mergeCompletions(null, null)).toBeNull()
})
