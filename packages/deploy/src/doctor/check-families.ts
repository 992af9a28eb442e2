import { parseIdentifier, type QueryRunner } from '@spcs/sql'
import { textOf } from '../objects/object-kind.ts'
import { rowsOrNone } from '../shown-rows.ts'
import { type Check, missing, noted, ok } from './check.ts'
import type { AccountWishes } from './check-account.ts'

/** Whether the account's region has the instance families of the compute pools. */
export async function checkFamilies(
  runner: QueryRunner,
  { objects }: AccountWishes,
): Promise<Check[]> {
  const wanted = new Set(
    (objects.computePools ?? []).map((pool) => parseIdentifier(pool.instanceFamily)),
  )
  if (wanted.size === 0) return []
  const rows = await rowsOrNone(runner, 'SHOW COMPUTE POOL INSTANCE FAMILIES')
  if (rows.length === 0) return [noted('instance families', 'the account does not list them')]
  const offered = new Map(rows.map((row) => [textOf(row['name']), textOf(row['description'])]))
  return [...wanted].map((family) => {
    const subject = `instance family ${family}`
    const description = offered.get(family)
    if (description !== undefined)
      return ok(subject, description === '' ? 'is offered' : description)
    const todo = `Use one of ${[...offered.keys()].join(', ')} in spcs.config.ts`
    return missing(subject, 'this account does not offer it', todo)
  })
}
