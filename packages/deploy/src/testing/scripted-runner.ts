import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { QueryRunner, ResultSet, Value } from '@spcs/sql'

/** A row as an object: `{ name: 'POOL', state: 'IDLE' }`. */
export type Row = Readonly<Record<string, Value>>

/** What a statement answers: rows, an error, or one after the other of these, the last for ever. */
export type Answer = readonly Row[] | Error | Answer[]

/** A QueryRunner that answers by the beginning of a statement, and remembers what it was asked. */
export class ScriptedRunner implements QueryRunner {
  readonly statements: string[] = []
  readonly files: Record<string, string> = {}
  readonly #answers: Map<string, Answer>

  constructor(answers: Readonly<Record<string, Answer>> = {}) {
    this.#answers = new Map(Object.entries(answers))
  }

  execute(sql: string): Promise<ResultSet> {
    this.statements.push(sql)
    const answer = this.#next(sql)
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(toResultSet(answer))
  }

  async *stream(sql: string): AsyncGenerator<readonly Value[]> {
    yield* (await this.execute(sql)).rows
  }

  async putFile(path: string, stageLocation: string): Promise<void> {
    this.files[`${stageLocation}/${basename(path)}`] = await readFile(path, 'utf8')
  }

  cancel(): Promise<void> {
    return Promise.resolve()
  }

  #next(sql: string): readonly Row[] | Error {
    const key = [...this.#answers.keys()].find((beginning) => sql.startsWith(beginning))
    if (key === undefined) return []
    let answer = this.#answers.get(key)
    while (isSequence(answer)) {
      const [first, ...rest] = answer
      this.#answers.set(key, rest.length === 0 && first !== undefined ? first : rest)
      answer = first
    }
    return answer ?? []
  }
}

/** Snowflake's "does not exist or not authorized". */
export function missingObject(): Error {
  return Object.assign(new Error('Object does not exist or not authorized.'), {
    snowflakeCode: '002003',
  })
}

/** A sequence holds rows or errors; rows themselves are records. */
function isSequence(answer: Answer | undefined): answer is Answer[] {
  return (
    Array.isArray(answer) &&
    answer.length > 0 &&
    answer.every((part) => Array.isArray(part) || part instanceof Error)
  )
}

function toResultSet(rows: readonly Row[]): ResultSet {
  const names = Object.keys(rows[0] ?? {})
  return {
    queryId: '',
    columns: names.map((name) => ({ name, type: 'VARCHAR', nullable: true })),
    rows: rows.map((row) => names.map((name) => row[name])),
    rowsAffected: undefined,
  }
}
