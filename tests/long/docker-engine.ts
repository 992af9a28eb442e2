import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Session } from '@spcs/session'

const run = promisify(execFile)

/** Why tests that need a container engine are skipped here; undefined where one answers. */
export function whyNoEngine(): string | undefined {
  try {
    execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `no container engine answers: ${(error as Error).message.split('\n')[0] ?? ''}`
  }
}

/** What a `docker` command printed. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 1 << 26 })
  return stdout.trim()
}

/** Builds an image from a Dockerfile and files of a few lines. */
export async function buildImage(
  reference: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'spcs-context-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(context, name), text)
    await docker('build', '--quiet', '--provenance=false', '--tag', reference, context)
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}

/** Pushes an image of the engine into an account's repository, as its user would. */
export async function pushWithDocker(
  session: Session,
  reference: string,
  target: string,
): Promise<void> {
  const config = mkdtempSync(join(tmpdir(), 'spcs-docker-config-'))
  const [registry = ''] = target.split('/')
  const credentials = session.registryCredentials(registry)
  try {
    const login = run('docker', [
      '--config',
      config,
      'login',
      registry,
      '-u',
      credentials.user,
      '--password-stdin',
    ])
    login.child.stdin?.end(await credentials.token())
    await login
    await docker('tag', reference, target)
    await docker('--config', config, 'push', '--quiet', target)
    await docker('rmi', target)
  } finally {
    rmSync(config, { recursive: true, force: true })
  }
}
