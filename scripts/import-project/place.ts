import { CliError } from '../errors.ts'
import type { Entity } from './entity.ts'

/** Where a project is deployed to; snow takes what its entities do not say from the connection. */
export interface Place {
  readonly database: string
  readonly schema: string
  readonly warehouse: string
  readonly role: string
}

/**
 * Where entities say that they go; what nobody says cannot be guessed.
 *
 * @throws {CliError} `USAGE` naming what neither the entities nor `wanted` say.
 */
export function findPlace(all: readonly Entity[], wanted: Partial<Place>): Place {
  const first = (values: readonly (string | undefined)[]): string | undefined =>
    values.find((value) => value !== undefined)
  const identifiers = all.map((entity) => entity.identifier())
  const services = all.filter(({ type }) => type === 'service')
  const place = {
    database: wanted.database ?? first(identifiers.map(({ database }) => database)),
    schema: wanted.schema ?? first(identifiers.map(({ schema }) => schema)) ?? 'PUBLIC',
    warehouse:
      wanted.warehouse ??
      first(services.map((entity) => entity.maybeText('query_warehouse'))) ??
      first(all.map((entity) => entity.maybeTextIn('meta', 'warehouse'))),
    role: wanted.role ?? first(all.map((entity) => entity.maybeTextIn('meta', 'role'))),
  }
  const { database, schema, warehouse, role } = place
  if (database !== undefined && warehouse !== undefined && role !== undefined) {
    return { database, schema, warehouse, role }
  }
  const missing = Object.entries(place).flatMap(([key, value]) =>
    value === undefined ? [key] : [],
  )
  throw new CliError(
    'USAGE',
    `Cannot import the project definition: it names no ${missing.join(', no ')}`,
    {
      hint: `Add ${missing.map((key) => `--${key} NAME`).join(' ')}; snow takes them from its connection`,
    },
  )
}

/** The name of an entity with database and schema. */
export function nameIn(entity: Entity, place: Place): string {
  const { name, schema = place.schema, database = place.database } = entity.identifier()
  return [database, schema, name].join('.')
}

/** A name with database and schema in front, as far as it lacks them. */
export function qualified(name: string, { database, schema }: Place): string {
  const parts = name.split('.')
  return [database, schema]
    .slice(0, Math.max(0, 3 - parts.length))
    .concat(parts)
    .join('.')
}
