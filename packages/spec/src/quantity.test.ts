import { describe, expect, test } from 'vitest'

import { parseCpu, parseMemory } from './quantity.ts'

describe('parseMemory()', () => {
  test.each([
    ['512Mi', 536_870_912],
    ['0.5Gi', 536_870_912],
    ['2G', 2_000_000_000],
    ['1.1G', 1_100_000_000],
    ['64k', 64_000],
    ['64Ki', 65_536],
    ['3M', 3_000_000],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes)
  })

  test.each(['512', '', 'Gi', '1 Gi', '1gi', '-1Gi', '1e3Mi', '1Ti', '.5Gi'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseMemory(text)).toThrow(expect.objectContaining({ code: 'QUANTITY_INVALID' }))
    },
  )
})

describe('parseCpu()', () => {
  test.each([
    ['0.5', 0.5],
    ['2', 2],
    ['500m', 0.5],
    ['0', 0],
  ])('reads %s as %d cores', (text, cores) => {
    expect(parseCpu(text)).toBe(cores)
  })

  test.each(['', '-1', '1.5m', '500M', '1 ', 'half'])('refuses "%s"', (text) => {
    expect(() => parseCpu(text)).toThrow(expect.objectContaining({ code: 'QUANTITY_INVALID' }))
  })
})
