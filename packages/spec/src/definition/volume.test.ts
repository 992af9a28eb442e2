import { describe, expect, test } from 'vitest'

import { containerWith } from '../../tests/container-with.ts'
import { problemsOf } from '../../tests/problems-of.ts'

describe('checkServiceSpec() on volumes', () => {
  test.each([
    ['{name: v, source: local, size: 1Gi}', "unknown 'size' for 'volumes[0]'"],
    ['{name: v, source: memory}', "missing 'size' for 'volumes[0]'"],
    [
      '{name: v, source: memory, size: 2}',
      "'size' for 'volumes[0]' must be a number with a unit, found 2",
    ],
    ['{name: v, source: block}', "missing 'size' for 'volumes[0]'"],
    [
      '{name: v, source: block, size: 1.5Gi}',
      "'size' for 'volumes[0]' must be whole gibibytes from 1Gi to 65536Gi, found 1.5Gi",
    ],
    [
      '{name: v, source: block, size: 65537Gi}',
      "'size' for 'volumes[0]' must be whole gibibytes from 1Gi to 65536Gi, found 65537Gi",
    ],
    [
      '{name: v, source: block, size: 10Gi, blockConfig: {iops: 100}}',
      "'iops' for 'blockConfig' must be a whole number from 2000 to 160000, found 100",
    ],
    [
      '{name: v, source: block, size: 10Gi, blockConfig: {snapshotDeleteAfter: 7 days}}',
      "'snapshotDeleteAfter' for 'blockConfig' must be hours or days, found 7 days",
    ],
    ['{name: v, source: stage}', "missing 'stageConfig' for 'volumes[0]'"],
    ['{name: v, source: stage, stageConfig: {}}', "missing 'name' for 'stageConfig'"],
    [
      '{name: v, source: stage, stageConfig: {name: volumes}}',
      "'name' for 'stageConfig' must be \"@[db.][schema.]stage[/path]\", found volumes",
    ],
    [
      '{name: v, source: stage, stageConfig: {name: "@~/x"}}',
      '\'name\' for \'stageConfig\' must be "@[db.][schema.]stage[/path]", found "@~/x"',
    ],
    [
      '{name: v, source: stage, stageConfig: {name: "@s", metadataCache: 5}}',
      "'metadataCache' for 'stageConfig' must be a duration, found 5",
    ],
    [
      '{name: v, source: "@a.b.c.d"}',
      '\'source\' for \'volumes[0]\' must be local, memory, block or stage, or a stage as "@[db.][schema.]stage[/path]", found "@a.b.c.d"',
    ],
    [
      '{name: v, source: disk}',
      "'source' for 'volumes[0]' must be one of local, memory, block or stage, found disk",
    ],
    ['{name: v}', "missing 'source' for 'volumes[0]'"],
    ['v', "'volumes[0]' for 'spec' must be a mapping, found v"],
    ['{name: v, source: local}, {name: v, source: local}', "more than one volume is named 'v'"],
  ])('%s', (volumes, ...messages) => {
    const mounts = volumes === 'v' ? '' : 'volumeMounts: [{name: v, mountPath: /v}]'
    const text = `${containerWith(mounts)}  volumes: [${volumes}]\n`
    expect(problemsOf(text)).toEqual(messages)
  })
})
