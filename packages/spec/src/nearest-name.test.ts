import { expect, test } from 'vitest'

import { nearestName } from './nearest-name.ts'

test.each([
  ['readiness_probe', 'readinessProbe'],
  ['READINESSPROBE', 'readinessProbe'],
  ['readynessProb', 'readinessProbe'],
  ['imge', 'image'],
  ['nam', 'name'],
  ['ports', undefined],
  ['zzz', undefined],
  ['', undefined],
])('nearestName() finds for "%s" %s', (name, expected) => {
  expect(nearestName(name, ['name', 'image', 'readinessProbe'])).toBe(expected)
})
