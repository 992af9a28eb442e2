import { randomBytes } from 'node:crypto'
import type { SecretContent } from '../catalog/objects.ts'
import { invalidProperty, SnowflakeError, unsupported } from '../snowflake-error.ts'
import { refuse } from '../spcs/commands/refuse.ts'
import type { TokenReader } from '../sql/token-reader.ts'

/** Properties that only one type of secret has. */
const OWN_PROPERTIES = {
  GENERIC_STRING: ['SECRET_STRING'],
  PASSWORD: ['USERNAME', 'PASSWORD'],
  OAUTH2: [
    'API_AUTHENTICATION',
    'OAUTH_SCOPES',
    'OAUTH_REFRESH_TOKEN',
    'OAUTH_REFRESH_TOKEN_EXPIRY_TIME',
  ],
} as const

/** Types that Snowflake has besides. */
const OTHER_TYPES = ['SYMMETRIC_KEY', 'CLOUD_PROVIDER_TOKEN', 'WORKLOAD_IDENTITY_FEDERATION']

/** What CREATE SECRET and ALTER SECRET SET may say. */
export interface SecretProperties {
  readonly TYPE?: SecretContent['type']
  readonly SECRET_STRING?: string
  readonly USERNAME?: string
  readonly PASSWORD?: string
  readonly API_AUTHENTICATION?: string
  readonly OAUTH_SCOPES?: readonly string[]
  readonly OAUTH_REFRESH_TOKEN?: string
  readonly OAUTH_REFRESH_TOKEN_EXPIRY_TIME?: string
  readonly COMMENT?: string
}

/** Reads `KEY = value` pairs in any order, until something else comes. */
export function readSecretProperties(reader: TokenReader): SecretProperties {
  return reader.properties({
    TYPE: () => readType(reader),
    SECRET_STRING: () => reader.string('a string'),
    USERNAME: () => reader.string('a user name'),
    PASSWORD: () => reader.string('a password'),
    API_AUTHENTICATION: () => reader.scalar('a security integration').toUpperCase(),
    OAUTH_SCOPES: () => reader.list(() => reader.string('a scope')),
    OAUTH_REFRESH_TOKEN: () => reader.string('a token'),
    OAUTH_REFRESH_TOKEN_EXPIRY_TIME: () => reader.string('a time'),
    COMMENT: () => reader.string('a comment'),
    WITH: refuse('TAG'),
    TAG: refuse('TAG'),
  })
}

/** The content of a new secret. Call it where the statement's text should be at its end. */
export function newContent(properties: SecretProperties, reader: TokenReader): SecretContent {
  const { TYPE: type } = properties
  if (type === undefined) throw reader.unexpected('TYPE')
  refuseForeign(properties, type)
  const given = <T>(value: T | undefined, property: string): T => {
    if (value === undefined) throw reader.unexpected(property)
    return value
  }
  switch (type) {
    case 'GENERIC_STRING':
      return { type, secretString: given(properties.SECRET_STRING, 'SECRET_STRING') }
    case 'PASSWORD':
      return {
        type,
        username: given(properties.USERNAME, 'USERNAME'),
        password: given(properties.PASSWORD, 'PASSWORD'),
      }
    case 'OAUTH2':
      return {
        type,
        // DIFFERS: no authorization server is asked for it, so it opens nothing.
        accessToken: `local-access-token-${randomBytes(18).toString('base64url')}`,
        // DIFFERS: this account has no security integrations, so the name is kept without being looked up.
        integration: given(properties.API_AUTHENTICATION, 'API_AUTHENTICATION'),
        scopes: properties.OAUTH_SCOPES ?? [],
        refreshToken: properties.OAUTH_REFRESH_TOKEN ?? null,
        refreshTokenExpiryTime: properties.OAUTH_REFRESH_TOKEN_EXPIRY_TIME ?? null,
      }
  }
}

/** The content of a secret after SET. */
export function changedContent(
  content: SecretContent,
  properties: SecretProperties,
): SecretContent {
  refuseForeign(properties, content.type)
  switch (content.type) {
    case 'GENERIC_STRING':
      return { ...content, secretString: properties.SECRET_STRING ?? content.secretString }
    case 'PASSWORD':
      return {
        ...content,
        username: properties.USERNAME ?? content.username,
        password: properties.PASSWORD ?? content.password,
      }
    case 'OAUTH2':
      return {
        ...content,
        integration: properties.API_AUTHENTICATION ?? content.integration,
        scopes: properties.OAUTH_SCOPES ?? content.scopes,
        refreshToken: properties.OAUTH_REFRESH_TOKEN ?? content.refreshToken,
        refreshTokenExpiryTime:
          properties.OAUTH_REFRESH_TOKEN_EXPIRY_TIME ?? content.refreshTokenExpiryTime,
      }
  }
}

function readType(reader: TokenReader): SecretContent['type'] {
  const type = reader.scalar('a type of secret').toUpperCase()
  if (type === 'GENERIC_STRING' || type === 'PASSWORD' || type === 'OAUTH2') return type
  if (OTHER_TYPES.includes(type)) throw unsupported(`SECRET TYPE = ${type}`)
  throw invalidProperty('TYPE', type)
}

/** @throws {SnowflakeError} 001423 for a property that secrets of another type have. */
function refuseForeign(properties: SecretProperties, type: SecretContent['type']): void {
  for (const [owner, names] of Object.entries(OWN_PROPERTIES)) {
    const foreign = owner === type ? undefined : names.find((name) => name in properties)
    if (foreign === undefined) continue
    // No source gives the text that Snowflake has for it.
    throw new SnowflakeError(
      '001423',
      '22023',
      `SQL compilation error:\ninvalid property '${foreign}' for 'SECRET' of type ${type}`,
    )
  }
}
