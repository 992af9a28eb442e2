import type { EngineConnection } from '../../engine/duckdb.ts'

/** As many sessions at most make one object at the same moment. */
const MOST_ATTEMPTS = 50

/**
 * Runs a statement, and once more when another session made the same object at that moment: the engine fails all but the
 * first, where Snowflake has them wait. In a transaction the first failure has ended it.
 */
export async function outlastRaces<T>(
  engine: Pick<EngineConnection, 'inTransaction'>,
  run: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (engine.inTransaction || attempt === MOST_ATTEMPTS || !isRace(error)) throw error
    }
  }
}

/** Somebody else's object was not there when the statement began; now it is, and is treated as such. */
function isRace(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error)
  return /Catalog write-write conflict|Catalog Error: .* with name .* already exists/i.test(message)
}
