import { describe, expect, test } from 'vitest'
import type { QueryRunner } from '@spcs/sql'
import { batchesOf, readBatches } from './read-batches.ts'

describe('readBatches()', () => {
  test('reads the log again until all rows are in it', async () => {
    const line = '{"attributes":{"queryId":"a","rows":5},"body":"batch"}'
    const logs = ['', line, `${line}\n${line}`, 'never read']
    const execute: QueryRunner['execute'] = () =>
      Promise.resolve({
        columns: [],
        rows: [[logs.shift() ?? '']],
        queryId: 'q',
        rowsAffected: undefined,
      })
    const workload = { service: 'DB.PUBLIC.CONVERT_API', name: 'convert-api' }
    const runner = { execute } as QueryRunner
    expect(await readBatches(runner, workload, { queryId: 'a', rows: 10 })).toEqual([5, 5])
    expect(logs).toEqual(['never read'])
  })
})

describe('batchesOf()', () => {
  test('counts the rows of one query, whatever else stands in the log', () => {
    const log = [
      'Server listening',
      'null',
      '{"queryId":"a","rows":9}',
      '{"attributes":{"queryId":"a","rows":5},"body":"batch"}',
      '{"attributes":{"queryId":"b","rows":1},"body":"batch"}',
      '{"attributes":{"queryId":"a"},"body":"other"}',
      '{"attributes":{"queryId":"a","rows":3},"body":"batch"}',
    ].join('\n')
    expect(batchesOf(log, 'a')).toEqual([5, 3])
  })
})
