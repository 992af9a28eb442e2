import type { DataType } from '@spcs/sql'

/** What every object of the account has. Objects are replaced, never changed in place. */
export interface CatalogObject {
  /** As stored: upper case unless it was created in quotes. */
  readonly name: string
  /** ISO 8601, UTC. */
  readonly createdOn: string
  /** The role that owns it. */
  readonly owner: string
  readonly comment: string
}

/** What every object inside a schema has. */
export interface SchemaObject extends CatalogObject {
  readonly database: string
  readonly schema: string
}

export interface Role extends CatalogObject {
  readonly kind: 'ROLE'
}

export interface User extends CatalogObject {
  readonly kind: 'USER'
  readonly loginName: string
  readonly displayName: string
  readonly email: string
  /** As `hashPassword` makes it; null: cannot sign in by password. */
  readonly passwordHash: string | null
  /** RSA public keys, PEM bodies without head and foot, for key-pair sign-in. */
  readonly publicKeys: readonly string[]
  /** The property that each of them was set by; absent: RSA_PUBLIC_KEY, then RSA_PUBLIC_KEY_2. */
  readonly publicKeyProperties?: readonly string[]
  /** Programmatic access tokens; absent: none. */
  readonly accessTokens?: readonly AccessToken[]
  readonly defaultRole: string | null
  readonly defaultWarehouse: string | null
  readonly defaultNamespace: string | null // DB or DB.SCHEMA as stored parts joined by a dot
  readonly defaultSecondaryRoles: readonly string[]
  readonly disabled: boolean
  readonly mustChangePassword: boolean
  readonly type: 'PERSON' | 'SERVICE' | 'LEGACY_SERVICE' | null
}

/** A programmatic access token; its secret is not kept. */
export interface AccessToken {
  readonly name: string
  readonly hash: string
  /** The only role that it is good for; null: those of its user. */
  readonly role: string | null
  /** ISO 8601, UTC. */
  readonly createdOn: string
  readonly expiresAt: string
  readonly createdBy: string
  readonly comment: string
}

/** One privilege given to one grantee. A role given to a role or user is USAGE on a ROLE. */
export interface Grant {
  readonly privilege: string // upper case: 'CREATE COMPUTE POOL', 'USAGE', 'OWNERSHIP'
  readonly on: string // ACCOUNT, DATABASE, SCHEMA, ROLE, STAGE, COMPUTE POOL, SERVICE ROLE, …
  readonly name: string // the object's key in its collection, or '' for ACCOUNT; service role: service key + '!' + role
  readonly to: 'ROLE' | 'USER'
  readonly grantee: string
  readonly grantOption: boolean
  readonly grantedBy: string
  readonly createdOn: string
}

export interface Warehouse extends CatalogObject {
  readonly kind: 'WAREHOUSE'
  readonly size: string // X-Small, Small, …
  readonly autoSuspend: number // seconds
  readonly autoResume: boolean
  readonly suspended: boolean
  readonly updatedOn: string
}

export interface Database extends CatalogObject {
  readonly kind: 'DATABASE'
  readonly transient: boolean
}

export interface Schema extends CatalogObject {
  readonly kind: 'SCHEMA'
  readonly database: string
  readonly transient?: boolean
}

export interface Stage extends SchemaObject {
  readonly kind: 'STAGE'
  /** Names its folder; a stage created anew gets another. */
  readonly id: string
  readonly encryption: 'SNOWFLAKE_FULL' | 'SNOWFLAKE_SSE'
  readonly directoryEnabled: boolean
  /** The session that a temporary stage goes with; null for a permanent one. */
  readonly sessionId: string | null
}

export interface NetworkRule extends SchemaObject {
  readonly kind: 'NETWORK RULE'
  readonly type: string // HOST_PORT, IPV4, …
  readonly mode: string // EGRESS, INGRESS, …
  readonly values: readonly string[]
}

export interface Secret extends SchemaObject {
  readonly kind: 'SECRET'
  readonly content: SecretContent
}

/** What a secret holds. Its values are for the containers that name it: nothing else may show them. */
export type SecretContent =
  | { readonly type: 'GENERIC_STRING'; readonly secretString: string }
  | { readonly type: 'PASSWORD'; readonly username: string; readonly password: string }
  | {
      readonly type: 'OAUTH2'
      readonly accessToken: string
      /** The security integration that it signs in by. */
      readonly integration: string
      readonly scopes: readonly string[]
      readonly refreshToken: string | null
      readonly refreshTokenExpiryTime: string | null
    }

export interface ExternalAccessIntegration extends CatalogObject {
  readonly kind: 'INTEGRATION'
  readonly enabled: boolean
  readonly allowedNetworkRules: readonly string[] // keys of network rules
  readonly allowedAuthenticationSecrets: readonly string[] // keys of secrets, or 'ALL' alone
}

export interface ComputePool extends CatalogObject {
  readonly kind: 'COMPUTE POOL'
  readonly minNodes: number
  readonly maxNodes: number
  readonly instanceFamily: string
  readonly autoResume: boolean
  readonly autoSuspendSecs: number
  /** What was asked for; the state that SHOW prints comes from the runtime. */
  readonly suspended: boolean
  readonly resumedOn: string | null
  readonly updatedOn: string
}

export interface ImageRepository extends SchemaObject {
  readonly kind: 'IMAGE REPOSITORY'
  readonly encryption: 'SNOWFLAKE_FULL' | 'SNOWFLAKE_SSE'
}

export interface Service extends SchemaObject {
  readonly kind: 'SERVICE'
  /** A short random id: names its folder, its processes and its public hosts. */
  readonly id: string
  readonly computePool: string
  /** The specification as DESCRIBE SERVICE prints it, images resolved to digests. */
  readonly spec: string
  readonly specDigest: string
  /** Container name → digest of the image that it is pinned to. */
  readonly imageDigests: Readonly<Record<string, string>>
  readonly suspended: boolean
  readonly minInstances: number
  readonly maxInstances: number
  readonly minReadyInstances: number
  readonly autoResume: boolean
  readonly autoSuspendSecs: number
  readonly externalAccessIntegrations: readonly string[]
  readonly queryWarehouse: string | null
  readonly updatedOn: string
  readonly resumedOn: string | null
  readonly suspendedOn: string | null
}

export interface ServiceFunctionObject extends SchemaObject {
  readonly kind: 'FUNCTION'
  readonly arguments: readonly { readonly name: string; readonly type: DataType }[]
  readonly returns: DataType
  readonly returnsNotNull: boolean
  readonly strict: boolean // RETURNS NULL ON NULL INPUT
  readonly immutable: boolean
  readonly service: string // key of the service
  readonly endpoint: string
  readonly path: string
  readonly contextHeaders: readonly string[]
  readonly maxBatchRows: number | null
  readonly maxBatchRetries: number
  readonly onBatchFailure: 'ABORT' | 'RETURN_NULL'
  readonly batchTimeoutSecs: number
}
