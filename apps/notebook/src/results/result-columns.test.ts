import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { ResultColumns } from './result-columns.ts'
import { type ResultConnection, ResultEngine } from './result-engine.ts'
import { ResultFile } from './result-file.ts'
import { printRows } from './testing/result-of.ts'

const WAITS = new AbortController().signal

function engineWithFile(): { readonly engine: ResultEngine; readonly file: ResultFile } {
  const root = temporaryFolder()
  const folder = join(root, 'results', 'notebook')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'r.rows')
  writeFileSync(path, printRows([['1.25', '7', 'x'], ['-3', null, null], []]))
  const engine = new ResultEngine({
    resultsDirectory: join(root, 'results'),
    workDirectory: join(root, 'work'),
  })
  onTestFinished(() => engine.close())
  return { engine, file: new ResultFile(path) }
}

async function tables(connection: ResultConnection): Promise<unknown> {
  return (await connection.rows('SELECT count(*)::INT FROM duckdb_tables()'))[0]?.[0]
}

test('column() imports what is asked about, once; drop() frees it', async () => {
  const { engine, file } = engineWithFile()
  const columns = new ResultColumns(file, ['NUMBER', 'NUMBER', 'VARCHAR'])
  await engine.use('question', WAITS, async (connection) => {
    const first = await columns.column(connection, 0)
    expect(first).toMatchObject({ form: 'number', scale: 2, hasOddities: false })
    expect(await columns.column(connection, 0)).toBe(first)
    const second = await columns.column(connection, 1)
    expect([columns.count, await tables(connection)]).toEqual([2, 2])
    // A row that is too short has NULLs.
    expect(
      await connection.rows(
        `SELECT ${first.table}.rowid, ${first.text}, ${first.value}, ${second.value} FROM ${first.table} POSITIONAL JOIN ${second.table}`,
      ),
    ).toEqual([
      [0n, '1.25', 125n, 7n],
      [1n, '-3', -300n, null],
      [2n, null, null, null],
    ])
    await columns.drop(connection)
    expect([columns.count, await tables(connection)]).toEqual([0, 0])
  })
})

test('column() leaves nothing behind when it is withdrawn', async () => {
  const { engine, file } = engineWithFile()
  const columns = new ResultColumns(file, ['FLOAT'])
  const leaving = new AbortController()
  const left = engine.use('question', leaving.signal, async (connection) => {
    const rows = connection.rows.bind(connection)
    connection.rows = async (sql, values) => {
      const found = await rows(sql, values)
      // Once the table is there, and before it is committed.
      if (sql.startsWith('CREATE TABLE')) leaving.abort(new Error('gone away'))
      return found
    }
    return await columns.column(connection, 0)
  })
  await expect(left).rejects.toThrow('gone away')
  await engine.use('question', WAITS, async (connection) => {
    expect([columns.count, await tables(connection)]).toEqual([0, 0])
    expect((await columns.column(connection, 0)).form).toBe('float')
  })
})
