import { readFileSync } from 'node:fs'
import { parseServiceSpec } from '@spcs/spec'
import { describe, expect, test } from 'vitest'
import { instanceShare, placeOn, whyTooLarge } from './placement.ts'
import { maybeInstanceFamily } from './instance-families.ts'

const GIB = 1024 ** 3
const share = (cpu: number, gib = 0.5, gpu = 0) => ({ cpu, memoryBytes: gib * GIB, gpu })
const node = share(1, 6)

describe('instanceShare()', () => {
  test('adds up containers, and what serves each stage volume v2', () => {
    const spec = parseServiceSpec(`
spec:
  containers:
  - { name: a, image: /d/s/r/i:1, resources: { requests: { cpu: 0.25, memory: 1Gi } } }
  - { name: b, image: /d/s/r/i:1, resources: { requests: { cpu: 500m, memory: 512Mi } } }
  volumes:
  - { name: v2, source: stage, stageConfig: { name: "@v" } }
  - { name: sized, source: stage, stageConfig: { name: "@v", resources: { requests: { cpu: 0.1, memory: 1Gi } } } }
  - { name: v1, source: "@v" }
  - { name: disk, source: local }
`)
    expect(instanceShare(spec)).toEqual({ cpu: 0.85, memoryBytes: 3 * GIB, gpu: 0 })
  })

  test('of the two workloads is one node of CPU_X64_XS, at most', () => {
    const shares = ['convert-api', 'notebook'].map((name) => {
      const file = new URL(`../../../../specs/${name}.yaml`, import.meta.url)
      const text = readFileSync(file, 'utf8').replaceAll('{{ image }}', '/d/s/r/i:1')
      return instanceShare(parseServiceSpec(text))
    })
    const [first = share(9), second = share(9)] = shares
    expect(placeOn([[first]], second, node)).toBe(0)
  })
})

describe('placeOn()', () => {
  test.each([
    ['an empty node', [[]], share(1), 0],
    ['the room beside another', [[share(0.5)]], share(0.5), 0],
    ['what fractions leave, exactly', [[share(0.1), share(0.2)]], share(0.7), 0],
    ['the next node', [[share(0.6)], []], share(0.5), 1],
    ['no node for want of CPU', [[share(0.6)]], share(0.5), undefined],
    ['no node for want of memory', [[share(0.1, 4)]], share(0.1, 3), undefined],
    ['no node for want of a GPU', [[]], share(0.1, 1, 1), undefined],
  ])('finds %s', (_what, nodes, wanted, expected) => {
    expect(placeOn(nodes, wanted, node)).toBe(expected)
  })
})

describe('whyTooLarge()', () => {
  test.each([
    [share(1, 6), undefined],
    [share(1.5), '1.5 CPU are requested, a node of CPU_X64_XS has 1'],
    [share(1, 7), '7 GiB of memory are requested, a node of CPU_X64_XS has 6'],
    [share(1, 1, 1), '1 GPU are requested, a node of CPU_X64_XS has 0'],
  ])('of %o is %s', (wanted, why) => {
    const family = maybeInstanceFamily('cpu_x64_xs')
    expect(family === undefined ? '' : whyTooLarge(wanted, family)).toBe(why)
  })
})
