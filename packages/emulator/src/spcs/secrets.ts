import type { Container, ContainerSecret, ServiceSpec } from '@spcs/spec'
import { printIdentifier } from '@spcs/sql'
import { effectiveRoles, requireHeld, requireNamespace } from '../access-control.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Secret, SecretContent, Service } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { securableSecret } from '../commands/secret.ts'
import { unsupported } from '../snowflake-error.ts'
import { TokenReader } from '../sql/token-reader.ts'
import { serviceError } from './service-error.ts'

/** Whose secrets they are: names are looked up in its schema, and its owner must have READ. */
type Home = Pick<Service, 'database' | 'schema' | 'owner'>

/**
 * The secret that a container names.
 *
 * @throws {SnowflakeError} 002003 when there is none that the service's owner may know of, 003001 without READ.
 */
export function findSecret(
  { snowflakeSecret }: ContainerSecret,
  home: Home,
  catalog: Catalog,
): Secret {
  const { objectName } = snowflakeSecret
  if (objectName === undefined) throw unsupported('objectReference of a secret')
  const reader = new TokenReader(objectName)
  const parts = reader.name('the name of a secret')
  reader.end()
  const secret = catalog.secrets.get(resolveName(parts, home).key)
  const roles = effectiveRoles(catalog, home.owner)
  requireNamespace(catalog, roles, secret)
  // No source gives Snowflake's text for an owner without READ.
  requireHeld(catalog, roles, securableSecret(secret), 'READ')
  return secret
}

/** @throws {SnowflakeError} when a container names a secret that is not there, or a key that it has not. */
export function checkSecrets({ spec }: ServiceSpec, home: Home, catalog: Catalog): void {
  for (const { secrets } of spec.containers) {
    const folders = new Set<string>()
    for (const given of secrets) {
      const { content, name } = findSecret(given, home, catalog)
      const { envVarName, secretKeyRef, directoryPath = '' } = given
      if (envVarName !== undefined) requireKey(secretKeyRef, content, name)
      else if (folders.has(directoryPath)) {
        throw serviceError(
          `Invalid spec: more than one secret has the directoryPath '${directoryPath}'`,
        )
      }
      folders.add(directoryPath)
    }
  }
}

/**
 * An OAuth secret is let out by an integration alone, which says what hosts it is for.
 *
 * @throws {SnowflakeError} when none of the service's integrations allows it.
 */
export function checkOAuthSecrets(service: Service, { spec }: ServiceSpec, catalog: Catalog): void {
  const allowed = service.externalAccessIntegrations.flatMap((name) => {
    const integration = catalog.integrations.maybe(printIdentifier(name))
    return integration?.enabled === true ? integration.allowedAuthenticationSecrets : []
  })
  if (allowed.includes('ALL')) return
  for (const given of spec.containers.flatMap(({ secrets }) => secrets)) {
    const secret = findSecret(given, service, catalog)
    const key = catalog.secrets.keyOf(secret)
    if (secret.content.type !== 'OAUTH2' || allowed.includes(key)) continue
    // No source gives Snowflake's text for it.
    throw serviceError(
      `Invalid spec: secret '${key}' of type OAUTH2 is in ALLOWED_AUTHENTICATION_SECRETS of no external access integration of the service`,
    )
  }
}

/** Variables of a container that hold secrets: as they are when the container starts. */
export function secretVariables(
  { secrets }: Container,
  home: Home,
  catalog: Catalog,
): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const given of secrets) {
    const { envVarName, secretKeyRef = '' } = given
    if (envVarName === undefined) continue
    variables[envVarName] = secretValues(findSecret(given, home, catalog))[secretKeyRef] ?? ''
  }
  return variables
}

/** Values of a secret by the keys that `secretKeyRef` and files name them by. */
export function secretValues({ content }: Secret): Record<string, string> {
  switch (content.type) {
    case 'GENERIC_STRING':
      return { secret_string: content.secretString }
    case 'PASSWORD':
      return { username: content.username, password: content.password }
    case 'OAUTH2':
      return { access_token: content.accessToken }
  }
}

const KEYS: Readonly<Record<SecretContent['type'], readonly string[]>> = {
  GENERIC_STRING: ['secret_string'],
  PASSWORD: ['username', 'password'],
  OAUTH2: ['access_token'],
}

/** DIFFERS: a variable must say its key; whether Snowflake takes the only one there is, no source tells. */
function requireKey(key: string | undefined, { type }: SecretContent, name: string): void {
  const keys = KEYS[type].join(', ')
  if (key === undefined) {
    throw serviceError(
      `Invalid spec: missing 'secretKeyRef' for 'secrets'. Secret ${name} has the keys ${keys}`,
    )
  }
  if (KEYS[type].includes(key)) return
  throw serviceError(
    `Invalid spec: secret ${name} of type ${type} has no '${key}', it has the keys ${keys}`,
  )
}
