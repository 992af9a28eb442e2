import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Check } from '@spcs/deploy'
import { snowflakeHome } from '@spcs/session'
import { maybeLocalConnection } from './account.ts'
import type { Invocation } from './verb.ts'

const OLDEST_NODE = [20, 19] as const
/** An engine that hangs is as good as none. */
const WITHIN_MS = 5000
const SECRETS_READABLE = 0o077

/** What deploy uses of this machine. Only Node is needed: images are built and pushed without Docker too. */
export async function checkMachine(invocation: Pick<Invocation, 'options'>): Promise<Check[]> {
  const [npm, docker] = await Promise.all([checkNpm(), checkDocker()])
  return [
    checkNode(process.versions.node),
    npm,
    checkDriver(),
    ...docker,
    checkLocalAccount(invocation),
    ...checkConnectionFiles(process.env),
  ]
}

export function checkNode(version: string): Check {
  const subject = 'Node.js'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldest, oldestMinor] = OLDEST_NODE
  if (major > oldest || (major === oldest && minor >= oldestMinor)) {
    return { subject, status: 'ok', found: version }
  }
  const todo = `Install Node.js ${OLDEST_NODE.join('.')} or newer`
  return { subject, status: 'missing', found: `${version} is too old`, todo }
}

async function checkNpm(): Promise<Check> {
  const version = await outputOf('npm', ['--version'])
  if (version === undefined) return { subject: 'npm', status: 'noted', found: 'does not answer' }
  return { subject: 'npm', status: 'ok', found: version }
}

function checkDriver(): Check {
  const require = createRequire(import.meta.resolve('@spcs/session'))
  const { version } = JSON.parse(
    readFileSync(require.resolve('snowflake-sdk/package.json'), 'utf8'),
  ) as { version: string }
  return { subject: 'snowflake-sdk', status: 'ok', found: version }
}

/** Docker is one of two ways to an image, so what is missing of it is only noted. */
async function checkDocker(): Promise<Check[]> {
  const [client, server, buildx] = await Promise.all([
    outputOf('docker', ['version', '--format', '{{.Client.Version}}']),
    outputOf('docker', ['version', '--format', '{{.Server.Version}}']),
    outputOf('docker', ['buildx', 'version']),
  ])
  const instead = 'Nothing, unless images are to be built by Docker: deploy builds them without'
  if (client === undefined && server === undefined) {
    return [
      {
        subject: 'docker',
        status: 'noted',
        found: 'is not installed, or no engine answers',
        todo: instead,
      },
    ]
  }
  const engine: Check =
    server === undefined || server === ''
      ? { subject: 'docker engine', status: 'noted', found: 'does not answer', todo: instead }
      : { subject: 'docker engine', status: 'ok', found: server }
  const builder: Check =
    buildx === undefined
      ? { subject: 'docker buildx', status: 'noted', found: 'is not installed', todo: instead }
      : { subject: 'docker buildx', status: 'ok', found: buildx.split(' ')[1] ?? buildx }
  return [engine, builder]
}

function checkLocalAccount(invocation: Pick<Invocation, 'options'>): Check {
  const subject = 'local account'
  const local = maybeLocalConnection(invocation)
  if (local !== undefined) {
    return { subject, status: 'ok', found: `runs at ${local.accessUrl}` }
  }
  return { subject, status: 'noted', found: 'none is meant, or none runs in this folder' }
}

/** Files with connections hold passwords and keys. */
export function checkConnectionFiles(environment: NodeJS.ProcessEnv): Check[] {
  const folder = snowflakeHome(environment)
  return ['connections.toml', 'config.toml'].flatMap((name): Check[] => {
    const path = join(folder, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return []
    if (process.platform === 'win32' || (stats.mode & SECRETS_READABLE) === 0) {
      return [{ subject: path, status: 'ok', found: 'is yours alone' }]
    }
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
    const found = `others may read or write it (mode ${mode})`
    return [{ subject: path, status: 'noted', found, todo: `Run chmod 0600 "${path}"` }]
  })
}

/** What a program printed first, or undefined where there is none, or it fails. */
async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: WITHIN_MS })
    return stdout.trim()
  } catch {
    return undefined
  }
}
