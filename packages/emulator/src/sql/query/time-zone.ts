import type { EngineConnection } from '../../engine/duckdb.ts'
import type { Session } from '../../sql-session.ts'

const DEFAULT_TIME_ZONE = 'UTC'
const used = new WeakMap<EngineConnection, string>()

/** Gives the session's connection the session's TIMEZONE, where it has another. */
export async function useTimeZone({ engine, parameters }: Session): Promise<void> {
  const wanted = parameters.get('TIMEZONE') ?? DEFAULT_TIME_ZONE
  if (wanted === (used.get(engine) ?? DEFAULT_TIME_ZONE)) return
  await engine.run(`SET TimeZone = '${wanted.replaceAll("'", "''")}'`)
  used.set(engine, wanted)
}
