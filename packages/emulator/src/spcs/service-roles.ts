import { parseServiceSpec } from '@spcs/spec'
import type { Service } from '../catalog/objects.ts'

/** A role that a service gives to those who may call its endpoints. */
export interface ServiceRoleObject {
  /** Upper case. */
  readonly name: string
  /** Names of the endpoints that it opens. */
  readonly endpoints: readonly string[]
}

/** The roles of a service: the one of all endpoints, which every service has, and those of its specification. */
export function rolesOfService({ spec }: Service): ServiceRoleObject[] {
  const { serviceRoles, spec: body } = parseServiceSpec(spec)
  return [
    { name: 'ALL_ENDPOINTS_USAGE', endpoints: body.endpoints.map(({ name }) => name) },
    ...serviceRoles.map(({ name, endpoints }) => ({ name: name.toUpperCase(), endpoints })),
  ]
}
