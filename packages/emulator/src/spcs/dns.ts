import { createHash } from 'node:crypto'
import { printName } from '@spcs/sql'
import type { Catalog } from '../catalog/catalog.ts'
import type { Schema, Service } from '../catalog/objects.ts'

/** Where the services of a schema are found by name: `x7k2q.svc.spcs.internal`. Another schema made anew gets another. */
export function dnsDomain({ database, name, createdOn }: Schema): string {
  const hash = createHash('sha256').update(`${printName([database, name])} ${createdOn}`)
  const number = hash.digest().readUIntBE(0, 4)
  return `${number.toString(36).padStart(7, '0').slice(-5)}.svc.spcs.internal`
}

/** A service's name on the network inside: `convert-api.x7k2q.svc.spcs.internal`. */
export function dnsName(service: Service, catalog: Catalog): string {
  const schema = catalog.schemas.maybe(printName([service.database, service.schema]))
  const host = service.name.toLowerCase().replaceAll('_', '-')
  return schema === undefined ? host : `${host}.${dnsDomain(schema)}`
}

/**
 * Every name by which an instance of the service is found: the full one, the short one, and the one for discovery.
 *
 * DIFFERS: the short name is found from every schema, and the one for discovery tells of instances that are not ready.
 */
export function instanceNames(service: Service, catalog: Catalog): string[] {
  const name = dnsName(service, catalog)
  const [short = name] = name.split('.')
  return [...new Set([name, short, `instances.${name}`])]
}
