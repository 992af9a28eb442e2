import { printName, type QueryRunner } from '@spcs/sql'
import { textOf } from '../objects/object-kind.ts'
import { printTypedName } from '../objects/property.ts'
import { rowsOrNone } from '../shown-rows.ts'

/** The services in a compute pool that are not among one's own: they end, or pause, together with it. */
export async function foreignServices(
  runner: QueryRunner,
  computePool: string,
  own: readonly string[],
): Promise<string[]> {
  const sql = `SHOW SERVICES IN COMPUTE POOL ${printTypedName(computePool)}`
  const names = (await rowsOrNone(runner, sql)).map((row) =>
    printName([row['database_name'], row['schema_name'], row['name']].map(textOf)),
  )
  const ownNames = new Set(own.map(printTypedName))
  return names.filter((name) => !ownNames.has(name))
}
