import { CompletionContext } from '@codemirror/autocomplete'
import { sql } from '@codemirror/lang-sql'
import { EditorState } from '@codemirror/state'
import { describe, expect, test } from 'vitest'
import { snowflakeDialect } from './snowflake-dialect.ts'
import { completeSqlKeywords } from './sql-keywords.ts'

async function complete(source: string, isExplicit = false): Promise<readonly string[]> {
  const state = EditorState.create({
    doc: source,
    extensions: [sql({ dialect: snowflakeDialect })],
  })
  const found = await completeSqlKeywords(new CompletionContext(state, source.length, isExplicit))
  return found?.options.map((option) => option.label) ?? []
}

describe('completeSqlKeywords()', () => {
  test.each([
    ['sele', ['SELECT']],
    ['select a from t qual', ['QUALIFY']],
    ['select a, cast(b as timestamp_n', ['TIMESTAMP_NTZ']],
    ['select a from t order by seen', []],
    ['select', []],
    ['s', []],
    ["select 'wher", []],
    ['select a -- wher', []],
  ])('%j → %j', async (source, labels) => {
    expect(await complete(source)).toEqual(labels)
  })

  test('offers all of a letter when asked', async () => {
    expect(await complete('q', true)).toEqual(['QUALIFY'])
  })
})
