/** Kinds of objects that a service needs a privilege on. */
export type NeededKind =
  | 'ACCOUNT'
  | 'COMPUTE POOL'
  | 'IMAGE REPOSITORY'
  | 'INTEGRATION'
  | 'SECRET'
  | 'STAGE'
  | 'WAREHOUSE'

/** An object that a statement names. */
export interface NeededObject {
  readonly on: NeededKind
  /** As the statement or the message has it; empty for the account. */
  readonly name: string
}

/** What an error says of why a statement about a service failed. */
export type StatementFault =
  | { readonly type: 'token-expired' }
  | { readonly type: 'architecture-wrong'; readonly image: string }
  | { readonly type: 'image-missing'; readonly image: string; readonly why: string }
  | { readonly type: 'pool-suspended' | 'pool-full' | 'pool-without-node'; readonly pool: string }
  | { readonly type: 'privilege-missing'; readonly object: NeededObject }
  /** Not there, or not to be seen: Snowflake does not say which, and maybe not even of what. */
  | { readonly type: 'object-hidden'; readonly objects: readonly NeededObject[] }

/** Reads an error of CREATE SERVICE or ALTER SERVICE; undefined where it says nothing that is known. */
export function statementFault(error: unknown, sql: string): StatementFault | undefined {
  const { code, ownCode, message } = readError(error)
  if (EXPIRED.has(code) || EXPIRED.has(ownCode)) return { type: 'token-expired' }
  if (!/^\s*(?:CREATE|ALTER)\s+SERVICE\b/i.test(sql)) return undefined
  const [pool] = objectsNamed(sql).filter(({ on }) => on === 'COMPUTE POOL')
  return (
    imageFault(message, code) ??
    poolFault(message, code, pool?.name ?? '') ??
    privilegeFault(message) ??
    hiddenFault(message, code, sql)
  )
}

// https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-error-codes and apache/airflow#60027
const EXPIRED = new Set([
  '390112',
  '390114',
  '390195',
  '390318',
  'SESSION_EXPIRED',
  'TOKEN_REJECTED',
])

// The wording is that of reports of users; the codes are those of the official CLI's source.
function imageFault(message: string, code: string): StatementFault | undefined {
  const [, image = '', why = ''] =
    /Failed to retrieve image (\S+) from the image repository\s*:\s*([^\n]*)/i.exec(message) ?? []
  if (/only supports image for|--platform linux\/|architecture/i.test(why)) {
    return { type: 'architecture-wrong', image }
  }
  const isElsewhere = /not the registry/i.test(why)
  if (!isElsewhere && (code === '397007' || /not authorized|insufficient privileges/i.test(why))) {
    const object = { on: 'IMAGE REPOSITORY', name: repositoryOf(image) } as const
    return { type: 'object-hidden', objects: [object] }
  }
  if (image !== '' || code === '397012' || code === '397013') {
    return { type: 'image-missing', image, why: why.replace(/[.\s]+$/, '') }
  }
  return undefined
}

// https://docs.snowflake.com/en/sql-reference/sql/desc-compute-pool
function poolFault(message: string, code: string, pool: string): StatementFault | undefined {
  if (code === '392508') return { type: 'pool-full', pool }
  if (code === '392507') return { type: 'pool-without-node', pool }
  return /compute pool\b.*\bsuspended/i.test(message) ? { type: 'pool-suspended', pool } : undefined
}

function privilegeFault(message: string): StatementFault | undefined {
  const [, kind = '', name = ''] =
    /Insufficient privileges to operate on ([a-z_ ]+?)(?: '([^']+)')?\.?\s*(?:$|\n)/i.exec(
      message,
    ) ?? []
  const on = neededKind(kind)
  return on === undefined ? undefined : { type: 'privilege-missing', object: { on, name } }
}

function hiddenFault(message: string, code: string, sql: string): StatementFault | undefined {
  const [, kind = '', name = ''] =
    /([a-z_ ]+?) '([^']+)' does not exist or not authorized/i.exec(message) ?? []
  const on = neededKind(kind)
  if (on !== undefined) return { type: 'object-hidden', objects: [{ on, name }] }
  if (!HIDDEN.has(code)) return undefined
  const named = objectsNamed(sql)
  const same = named.filter((object) => bareName(object.name) === bareName(name))
  const objects = name === '' ? named : same
  return objects.length === 0 ? undefined : { type: 'object-hidden', objects }
}

const HIDDEN = new Set(['002003', '002043'])

/** What a statement about a service names, in its own text. */
export function objectsNamed(sql: string): NeededObject[] {
  const find = (on: NeededKind, pattern: RegExp): NeededObject[] => {
    const names = pattern.exec(sql)?.[1]?.split(',') ?? []
    return names.map((name) => ({ on, name: name.trim() })).filter(({ name }) => name !== '')
  }
  return [
    ...find('COMPUTE POOL', /\bIN COMPUTE POOL ([\w.$"]+)/i),
    ...find('STAGE', /\bFROM @([\w.$"]+)/i),
    ...find('INTEGRATION', /\bEXTERNAL_ACCESS_INTEGRATIONS\s*=\s*\(([^)]*)\)/i),
    ...find('WAREHOUSE', /\bQUERY_WAREHOUSE\s*=\s*([\w$"]+)/i),
  ]
}

function neededKind(words: string): NeededKind | undefined {
  const kind = words.trim().toUpperCase().replaceAll('_', ' ')
  return KINDS.find((known) => kind === known || kind.endsWith(` ${known}`))
}

const KINDS: readonly NeededKind[] = [
  'ACCOUNT',
  'COMPUTE POOL',
  'IMAGE REPOSITORY',
  'INTEGRATION',
  'SECRET',
  'STAGE',
  'WAREHOUSE',
]

/** `/db/public/repo/api:v1` → `DB.PUBLIC.REPO`; a registry before it is left out. */
export function repositoryOf(image: string): string {
  return image
    .split('/')
    .filter((part) => part !== '')
    .slice(-4, -1)
    .join('.')
    .toUpperCase()
}

function bareName(name: string): string {
  return name
    .slice(name.lastIndexOf('.') + 1)
    .replaceAll('"', '')
    .toUpperCase()
}

/** Snowflake's code and text, which `session` adds to its errors, and the error's own code. */
function readError(error: unknown): { code: string; ownCode: string; message: string } {
  if (!(error instanceof Error)) return { code: '', ownCode: '', message: String(error) }
  const { snowflakeCode, snowflakeMessage, code } = error as Error & Record<string, unknown>
  return {
    code: typeof snowflakeCode === 'string' ? snowflakeCode : '',
    ownCode: typeof code === 'string' ? code : '',
    message: typeof snowflakeMessage === 'string' ? snowflakeMessage : error.message,
  }
}
