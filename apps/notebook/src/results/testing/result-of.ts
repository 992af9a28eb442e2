import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DataType } from '@spcs/sql'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { ResultStore, type ResultStoreOptions, type StoredResult } from '../result-store.ts'
import type { ResultRow } from '../result.ts'

export interface Results {
  readonly store: ResultStore
  /** A result with columns of these types, named A, B, C … */
  readonly of: (kinds: readonly DataType['kind'][], rows: readonly ResultRow[]) => StoredResult
  readonly workDirectory: string
}

/** A store on folders of its own, closed with its test. */
export async function results(options: Pick<ResultStoreOptions, 'idleMs'> = {}): Promise<Results> {
  const made = await makeResults(temporaryFolder(), options)
  onTestFinished(() => made.store.close())
  return made
}

/** One store for all tests of a file, to be called outside of them. */
export function sharedResults(): () => Results {
  let made: Results | undefined
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'spcs-notebook-test-'))
  beforeAll(async () => {
    made = await makeResults(root)
  })
  afterAll(async () => {
    await made?.store.close()
    rmSync(root, { recursive: true, force: true })
  })
  return () => {
    if (made === undefined) throw new Error('only within a test')
    return made
  }
}

async function makeResults(
  root: string,
  options: Pick<ResultStoreOptions, 'idleMs'> = {},
): Promise<Results> {
  const [resultsDirectory, workDirectory] = [join(root, 'results'), join(root, 'work')]
  const folder = join(resultsDirectory, 'notebook')
  await mkdir(folder, { recursive: true })
  const store = new ResultStore({ resultsDirectory, workDirectory, ...options })
  let files = 0
  return {
    store,
    workDirectory,
    of: (kinds, rows) => {
      files += 1
      const file = join(folder, `r-${files}.rows`)
      writeFileSync(file, printRows(rows))
      const columns = kinds.map((type, at) => ({
        name: String.fromCharCode(65 + at),
        type,
        nullable: true,
      }))
      return { file, columns, rowCount: rows.length }
    },
  }
}

/** The text of a `.rows` file. */
export function printRows(rows: readonly ResultRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
