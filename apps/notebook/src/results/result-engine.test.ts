import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { ResultEngine } from './result-engine.ts'

const WAITS = new AbortController().signal
/** Takes minutes when it is let. */
const ENDLESS =
  'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3'

function engine(): ResultEngine & { readonly root: string } {
  const root = temporaryFolder()
  mkdirSync(join(root, 'results'))
  const made = new ResultEngine({
    resultsDirectory: join(root, 'results'),
    workDirectory: join(root, 'work'),
  })
  onTestFinished(() => made.close())
  return Object.assign(made, { root })
}

describe('use()', () => {
  test('ends what runs when nobody waits for it, and nothing else', async () => {
    const duckdb = engine()
    const leaving = new AbortController()
    const left = duckdb.use('question', leaving.signal, (own) => own.rows(ENDLESS))
    const outcome = left.catch((error: unknown) => error)
    const other = await duckdb.use('question', WAITS, async (own) => {
      leaving.abort(new Error('gone away'))
      return own.rows('SELECT $1', ['an answer'])
    })
    expect(other).toEqual([['an answer']])
    expect(await outcome).toMatchObject({ message: 'gone away' })
  })

  test('lets questions through while an export runs', async () => {
    const duckdb = engine()
    const leaving = new AbortController()
    const exports = [1, 2].map(() =>
      duckdb
        .use('export', leaving.signal, (own) => own.rows(ENDLESS))
        .catch((error: unknown) => error),
    )
    expect(await duckdb.use('question', WAITS, (own) => own.rows('SELECT 1'))).toEqual([[1]])
    leaving.abort(new Error('gone away'))
    expect(await Promise.all(exports)).toMatchObject([
      { message: 'gone away' },
      { message: 'gone away' },
    ])
  })

  test('reaches the results and its own folder, and no other file', async () => {
    const duckdb = engine()
    writeFileSync(join(duckdb.root, 'outside.txt'), 'secret')
    writeFileSync(join(duckdb.root, 'results', 'r.txt'), 'rows')
    const read = (path: string): Promise<unknown> =>
      duckdb.use('question', WAITS, (own) =>
        own.rows(`SELECT content FROM read_text('${join(duckdb.root, path)}')`),
      )
    expect(await read('results/r.txt')).toEqual([['rows']])
    await expect(read('outside.txt')).rejects.toThrow('disabled by configuration')
    await expect(read('results/../outside.txt')).rejects.toThrow('disabled by configuration')
    await expect(
      duckdb.use('question', WAITS, (own) => own.rows('SET enable_external_access = true')),
    ).rejects.toThrow('locked')
    await expect(
      duckdb.use('question', WAITS, (own) => own.rows('INSTALL httpfs')),
    ).rejects.toThrow('disabled')
  })

  test('begins anew in a folder that a killed server left', async () => {
    const duckdb = engine()
    const left = join(duckdb.root, 'work', 'exports', 'half.csv')
    mkdirSync(join(duckdb.root, 'work', 'exports'), { recursive: true })
    writeFileSync(left, 'half')
    await duckdb.use('question', WAITS, (own) => own.rows('SELECT 1'))
    expect([existsSync(left), existsSync(duckdb.exportDirectory)]).toEqual([false, true])
  })
})
