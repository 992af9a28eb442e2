import { DeployError } from '../errors.ts'

/** Who asked what of which registry: for messages. */
export interface RegistryPlace {
  /** `host` or `host:port`. */
  readonly host: string
  /** Name of the image in the registry: `db/schema/repository/name`. */
  readonly path: string
}

/** What a registry said that was not what we hoped for. */
export class RegistryAnswer extends Error {
  /** HTTP status. */
  readonly status: number

  constructor(status: number, text: string) {
    super(`it answers ${status} ${text}`.trimEnd())
    this.name = 'RegistryAnswer'
    this.status = status
  }
}

/** The error for an answer of a registry, and what to do about it. */
export function refused(answer: RegistryAnswer, { host, path }: RegistryPlace): DeployError {
  const { status, message } = answer
  const options = { cause: answer }
  if (status === 401) {
    return new DeployError(
      'REGISTRY_LOGIN_REJECTED',
      `Cannot sign in at registry "${host}": ${message}`,
      { hint: 'Connect again: the session, and its token, may have ended', ...options },
    )
  }
  if (status === 403) {
    const repository = path.split('/').slice(0, 3).join('.')
    return new DeployError(
      'REGISTRY_LOGIN_REJECTED',
      `Cannot use "${path}" in registry "${host}": ${message}`,
      {
        hint: `Run GRANT READ, WRITE ON IMAGE REPOSITORY ${repository} TO ROLE <yours>, or use the role that owns it`,
        ...options,
      },
    )
  }
  if (status === 404) {
    const isLower = path === path.toLowerCase()
    return new DeployError(
      'REGISTRY_PATH_UNKNOWN',
      `Cannot use "${path}": registry "${host}" has no such repository, or no such image in it`,
      {
        hint: isLower
          ? 'Create the image repository, and take its URL from SHOW IMAGE REPOSITORIES'
          : `Write the path in lower case: ${path.toLowerCase()}`,
        ...options,
      },
    )
  }
  return new DeployError('REGISTRY_FAILED', `Cannot use registry "${host}": ${message}`, {
    hint: 'Do it again; what has arrived is not sent twice',
    ...options,
  })
}

/** The error for a registry that does not answer, or stops in the middle of it. */
export function unreachable(cause: unknown, { host }: RegistryPlace): DeployError {
  const [name = host] = host.split(':')
  return new DeployError(
    'REGISTRY_UNREACHABLE',
    `Cannot reach registry "${host}": ${messageOf(cause)}`,
    {
      hint: name.includes('_')
        ? `Host names have no underscore, use "${host.replaceAll('_', '-')}"`
        : 'Check the network, or start the local account with `npx spcs local`',
      cause,
    },
  )
}

/** The same request may well pass a moment later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof DeployError)) return false
  if (error.code === 'REGISTRY_UNREACHABLE') return true
  const { cause } = error
  return cause instanceof RegistryAnswer && (cause.status >= 500 || cause.status === 429)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
