import type { ConnectOptions } from './connection-options.ts'
import { SessionError } from './errors.ts'

/** What a key of a connection fills, and as what. */
interface Key {
  readonly option: keyof ConnectOptions
  readonly kind: 'text' | 'flag' | 'list'
}

const text = (option: keyof ConnectOptions): Key => ({ option, kind: 'text' })
const flag = (option: keyof ConnectOptions): Key => ({ option, kind: 'flag' })

/**
 * Every key that we read, with the option it fills: the names of Snowflake's CLI, of its Python connector and of its
 * Node driver. Other keys are those tools' own affair.
 */
const KEYS: Readonly<Record<string, Key>> = {
  account: text('account'),
  region: text('region'),
  access_url: text('accessUrl'),
  host: text('host'),
  port: text('port'),
  protocol: text('protocol'),
  user: text('user'),
  username: text('user'),
  password: text('password'),
  passcode: text('passcode'),
  passcode_in_password: flag('passcodeInPassword'),
  authenticator: text('authenticator'),
  token: text('token'),
  token_file_path: text('tokenFilePath'),
  private_key_file: text('privateKeyPath'),
  private_key_path: text('privateKeyPath'),
  private_key_raw: text('privateKey'),
  private_key_passphrase: text('privateKeyPass'),
  private_key_file_pwd: text('privateKeyPass'),
  private_key_pass: text('privateKeyPass'),
  oauth_client_id: text('oauthClientId'),
  oauth_client_secret: text('oauthClientSecret'),
  oauth_authorization_url: text('oauthAuthorizationUrl'),
  oauth_token_request_url: text('oauthTokenRequestUrl'),
  oauth_redirect_uri: text('oauthRedirectUri'),
  oauth_scope: text('oauthScope'),
  oauth_enable_single_use_refresh_tokens: flag('oauthEnableSingleUseRefreshTokens'),
  workload_identity_provider: text('workloadIdentityProvider'),
  workload_identity_entra_resource: text('workloadIdentityAzureEntraIdResource'),
  workload_identity_azure_entra_id_resource: text('workloadIdentityAzureEntraIdResource'),
  workload_identity_azure_client_id: text('workloadIdentityAzureClientId'),
  workload_identity_aws_use_outbound_token: flag('workloadIdentityAwsUseOutboundToken'),
  workload_identity_impersonation_path: {
    option: 'workloadIdentityImpersonationPath',
    kind: 'list',
  },
  client_store_temporary_credential: flag('clientStoreTemporaryCredential'),
  role: text('role'),
  warehouse: text('warehouse'),
  database: text('database'),
  schema: text('schema'),
}

/** The options that a section, or the environment's variables, give. */
export function optionsOfKeys(section: Readonly<Record<string, unknown>>): ConnectOptions {
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(section)) {
    const key = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined
    if (key === undefined || value === '') continue
    options[key.option] = READ[key.kind](value, name)
  }
  return options
}

/** The variables that begin with a prefix and end in a known key, by key: SNOWFLAKE_USER is `user`. */
export function variablesOfKeys(
  prefix: string,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const key of Object.keys(KEYS)) {
    const value = environment[`${prefix}${key.toUpperCase()}`]
    if (value !== undefined && value !== '') found[key] = value
  }
  return found
}

/** Variables are text, TOML has types of its own. No message shows a value: it may be a secret at the wrong key. */
const READ: Readonly<Record<Key['kind'], (value: unknown, name: string) => unknown>> = {
  text: (value, name) => {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw invalid(name, 'text')
  },
  flag: (value, name) => {
    const word = String(value).toLowerCase()
    if (word === 'true' || word === '1') return true
    if (word === 'false' || word === '0') return false
    throw invalid(name, 'true or false')
  },
  list: (value, name) => {
    if (typeof value === 'string') return value.split(',').map((one) => one.trim())
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
    throw invalid(name, 'a list of texts')
  },
}

function invalid(name: string, wanted: string): SessionError {
  return new SessionError('OPTION_INVALID', `Cannot connect: ${name} is not ${wanted}`, {
    hint: `Correct ${name} in the connection, or in the variable that ends in ${name.toUpperCase()}`,
  })
}
