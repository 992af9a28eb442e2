import { describe, expect, test } from 'vitest'
import type { Stage } from './objects.ts'
import { Catalog } from './catalog.ts'
import { parseStageLocation, resolveStageLocation } from './stage-location.ts'

describe('parseStageLocation()', () => {
  test.each([
    ['@specs', ['SPECS'], ''],
    ['@specs/', ['SPECS'], ''],
    ['@specs/a/b.yaml', ['SPECS'], 'a/b.yaml'],
    ['@db.public.specs/a.yaml', ['DB', 'PUBLIC', 'SPECS'], 'a.yaml'],
    ['@db..specs/a', ['DB', 'PUBLIC', 'SPECS'], 'a'],
    ['@"My Stage"/with space', ['My Stage'], 'with space'],
    ['@"a.b"."c/d"/e', ['a.b', 'c/d'], 'e'],
    ["'@specs/x.y'", ['SPECS'], 'x.y'],
    ['@SYSTEM$BIND/1', ['SYSTEM$BIND'], '1'],
  ])('%s', (text, nameParts, path) => {
    expect(parseStageLocation(text)).toEqual({ nameParts, path })
  })

  test.each([
    ['@~/mine', '000002'],
    ['@%weather', '000002'],
    ['@db.public.%weather/x', '000002'],
    ['specs', '001011'],
    ['@', '001011'],
    ['@a.b.c.d', '001011'],
    ['@a b', '001011'],
  ])('refuses %s', (text, code) => {
    expect(() => parseStageLocation(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('resolveStageLocation()', () => {
  const catalog = new Catalog(undefined)
  const stage: Stage = {
    kind: 'STAGE',
    id: 'abc',
    database: 'D',
    schema: 'PUBLIC',
    name: 'SPECS',
    createdOn: '',
    owner: '',
    comment: '',
    encryption: 'SNOWFLAKE_SSE',
    directoryEnabled: false,
    sessionId: null,
  }
  catalog.stages.put(stage)
  catalog.stages.put({ ...stage, name: 'MINE', sessionId: '1' })
  const session = { id: '1', database: 'D', schema: 'PUBLIC' }

  test('finds a stage from the current schema', () => {
    expect(resolveStageLocation('@specs/a', session, catalog)).toEqual({ stage, path: 'a' })
  })

  test('says which stage is not there', () => {
    expect(() => resolveStageLocation('@nope', session, catalog)).toThrow(
      "Stage 'D.PUBLIC.NOPE' does not exist or not authorized.",
    )
  })

  test('shows a temporary stage to its own session alone', () => {
    expect(resolveStageLocation('@mine', session, catalog).stage.name).toBe('MINE')
    const other = { ...session, id: '2' }
    expect(() => resolveStageLocation('@mine', other, catalog)).toThrow('does not exist')
  })
})
