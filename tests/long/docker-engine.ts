import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Session } from '@spcs/session'

const run = promisify(execFile)

/** Why the tests that need Docker are skipped; undefined where an engine answers. */
export const noEngine: string | undefined = lookForEngine()

function lookForEngine(): string | undefined {
  try {
    execFileSync('docker', ['version'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `no Docker engine answers: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`
  }
}

/** What a docker command prints. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', words, { maxBuffer: 1 << 26 })
  return stdout.trim()
}

/** A container that runs in the background; gone at the end. */
export class Container implements AsyncDisposable {
  readonly id: string

  private constructor(id: string) {
    this.id = id
  }

  /** @param words All that `docker run` takes: options, image, command. */
  static async run(...words: readonly string[]): Promise<Container> {
    return new Container(await docker('run', '--detach', ...words))
  }

  /** Where a port of it is on this machine. */
  async address(port: number): Promise<string> {
    return `http://${await docker('port', this.id, `${port}/tcp`)}`
  }

  /** Asks until it answers 200, and says how long after the container's start that was, in ms. */
  async answers(port: number, path: string): Promise<number> {
    const url = (await this.address(port)) + path
    const started = Date.parse(await docker('inspect', '-f', '{{.State.StartedAt}}', this.id))
    for (;;) {
      // The engine's proxy accepts, and hangs up, before anybody listens in there.
      const signal = AbortSignal.timeout(500)
      const status = await fetch(url, { signal }).then(
        (response) => response.status,
        () => 0,
      )
      if (status === 200) return Date.now() - started
      if (Date.now() - started > 30_000) throw new Error(await docker('logs', this.id))
      await sleep(10)
    }
  }

  /** Stops it as the platform does, and says how long that took, in ms, and its exit code. */
  async stop(): Promise<readonly [ms: number, exitCode: number]> {
    const started = performance.now()
    await docker('stop', '--time', '30', this.id)
    const ms = performance.now() - started
    return [ms, Number(await docker('inspect', '-f', '{{.State.ExitCode}}', this.id))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('rm', '--force', '--volumes', this.id)
  }
}

/** A folder that is gone at the end. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'docker-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
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
