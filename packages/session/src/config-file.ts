import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type { Environment } from './container.ts'
import { SessionError } from './errors.ts'

export type Table = Readonly<Record<string, unknown>>

/**
 * The folder of Snowflake's own settings: SNOWFLAKE_HOME or `~/.snowflake` where it is there, else the platform's.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-cli
 */
export function snowflakeHome(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): string {
  const own = expandHome(environment['SNOWFLAKE_HOME'] || '~/.snowflake', environment)
  if (existsSync(own)) return own
  if (platform === 'darwin') {
    return expandHome('~/Library/Application Support/snowflake', environment)
  }
  return join(environment['XDG_CONFIG_HOME'] || expandHome('~/.config', environment), 'snowflake')
}

/**
 * A file of settings; undefined where there is none.
 *
 * @throws {SessionError} `CONFIG_UNREADABLE` for a file that is broken, or that others than its owner may use.
 */
export async function readToml(path: string, environment: Environment): Promise<Table | undefined> {
  let text: string
  try {
    await requirePrivate(path, environment)
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof SessionError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new SessionError('CONFIG_UNREADABLE', `Cannot read "${path}": ${String(cause)}`, {
      hint: 'Give yourself the right to read this file',
      cause,
    })
  }
  return parseToml(text, path)
}

/** @throws {SessionError} `CONFIG_UNREADABLE` with the line, without what stands there: it may be a password. */
export function parseToml(text: string, where: string): Table {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const why = error.message.split('\n')[0] ?? ''
    const place = `line ${error.line}, column ${error.column}`
    throw new SessionError('CONFIG_UNREADABLE', `Cannot read "${where}": ${place}: ${why}`, {
      hint: 'Correct the TOML at this line',
    })
  }
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `~/key.p8` in the user's own folder. */
export function expandHome(path: string, environment: Environment): string {
  if (path !== '~' && !path.startsWith('~/')) return path
  return join(environment['HOME'] ?? homedir(), path.slice(1))
}

const WRITABLE_BY_OTHERS = 0o022
const READABLE_BY_OTHERS = 0o044

/**
 * The rules of Snowflake's CLI: nobody else may write the file, nor read it, unless one of two variables allows the
 * latter; Snowflake sets the second of them in its containers.
 */
async function requirePrivate(path: string, environment: Environment): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  if ((mode & WRITABLE_BY_OTHERS) !== 0) throw exposed(path, `others may write it (mode ${shown})`)
  if ((mode & READABLE_BY_OTHERS) === 0) return
  const allowed =
    environment['SF_SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION'] ??
    environment['SKIP_TOKEN_FILE_PERMISSIONS_VERIFICATION']
  if (!/^(true|1)$/i.test(allowed ?? '')) throw exposed(path, `others may read it (mode ${shown})`)
}

function exposed(path: string, state: string): SessionError {
  return new SessionError('CONFIG_UNREADABLE', `Cannot read "${path}": ${state}`, {
    hint: `Keep its secrets to yourself: chmod 0600 "${path}"`,
  })
}
