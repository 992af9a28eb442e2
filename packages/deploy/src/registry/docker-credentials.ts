import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { HUB_REGISTRY } from './base-reference.ts'

/** Who reads from a registry that is not for everybody. */
export interface BasicCredentials {
  readonly user: string
  readonly password: string
}

/** The parts of Docker's config.json that matter here. */
interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
}

/**
 * What `docker login` has kept for a registry, in its file or with a credential helper; undefined without a login.
 *
 * @see https://docs.docker.com/reference/cli/docker/login/
 */
export async function maybeDockerCredentials(host: string): Promise<BasicCredentials | undefined> {
  const { auths = {}, credsStore, credHelpers = {} } = await readConfig()
  const key = host === HUB_REGISTRY ? 'https://index.docker.io/v1/' : host
  const { auth } = auths[key] ?? {}
  if (auth !== undefined) return parseAuth(auth)
  const helper = credHelpers[key] ?? credsStore
  return helper === undefined ? undefined : askHelper(helper, key)
}

async function readConfig(): Promise<DockerConfig> {
  const folder = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker')
  try {
    return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as DockerConfig
  } catch {
    return {} // nobody has used Docker here
  }
}

/** `user:password` in Base64. */
function parseAuth(auth: string): BasicCredentials {
  const [user = '', ...password] = Buffer.from(auth, 'base64').toString().split(':')
  return { user, password: password.join(':') }
}

/** A helper that fails has nothing for this registry: most are public anyway. */
async function askHelper(helper: string, key: string): Promise<BasicCredentials | undefined> {
  const child = spawn(`docker-credential-${helper}`, ['get'], { stdio: ['pipe', 'pipe', 'ignore'] })
  // It may end without having read.
  child.stdin.on('error', () => {})
  child.stdin.end(key)
  try {
    const [printed] = await Promise.all([text(child.stdout), once(child, 'close')])
    const { Username, Secret } = JSON.parse(printed) as { Username?: string; Secret?: string }
    if (Username === undefined || Secret === undefined) return undefined
    return { user: Username, password: Secret }
  } catch {
    return undefined
  }
}
