import type { StatementContext } from '../../account.ts'
import { numberColumn, type StatementResult } from '../../statement-result.ts'

/** One row with the number 1, in a column of that name. */
export const one = (): StatementResult => ({
  kind: 'rows',
  typeId: 0x1000,
  columns: [numberColumn('1')],
  rows: [['1']],
})

/** A statement and its end in the hands of the test. */
export interface Held {
  /** How often it was started. */
  runs: number
  readonly release: () => void
  readonly run: (context: StatementContext) => Promise<StatementResult>
}

/** A statement that runs until the test lets it end, or until it is cancelled. */
export function held(): Held {
  const { promise: released, resolve: release } = deferred()
  const statement = {
    runs: 0,
    release,
    run: async ({ signal }: StatementContext): Promise<StatementResult> => {
      statement.runs += 1
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('interrupted')))
      })
      await Promise.race([released, aborted])
      return one()
    },
  }
  return statement
}

/** A promise and what resolves it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  const resolvers: ((value: T) => void)[] = []
  const promise = new Promise<T>((resolve) => {
    resolvers.push(resolve)
  })
  return { promise, resolve: (value) => resolvers[0]?.(value) }
}
