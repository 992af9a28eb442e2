import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, watch } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ContainerRequest,
  ContainerStartError,
  type Runner,
  type RunningContainer,
} from './runner.ts'

/** A container that something else runs. */
export interface AttachedContainer {
  /** `convert-api:9090`, or `convert-api` where it listens on the ports that the specification names. */
  readonly address: string
  /** A folder that the container has at `/snowflake/session`: its token is written there, and renewed. */
  readonly sessionDirectory?: string | undefined
}

/** By the name of their image, or by service and container: `convert-api`, `CONVERT_API.convert-api`. */
export type AttachedContainers = Readonly<Record<string, AttachedContainer>>

/** So long an attached container may take until it listens; after that it is tried again like one that crashed. */
const ANSWER_WITHIN_MS = 5_000
const BETWEEN_TRIES_MS = 100

/**
 * Takes containers that something else runs, docker compose for one, for those of services. It starts none, ends none,
 * and does not see what they print.
 */
export class AttachedRunner implements Runner {
  readonly #containers: AttachedContainers

  constructor(containers: AttachedContainers) {
    this.#containers = containers
  }

  async start(request: ContainerRequest): Promise<RunningContainer> {
    const { log, ports } = request
    const attached = this.#find(request)
    const session = shareSession(request, attached)
    const address = (port: number): string =>
      attached.address.includes(':') ? attached.address : `${attached.address}:${port}`
    try {
      await Promise.all(ports.slice(0, 1).map((port) => waitForAnswer(address(port))))
    } catch (error) {
      session.close()
      throw error
    }
    log.write('stdout', `Attached to ${attached.address}; what it prints is not here\n`)
    let detach = (): void => {}
    const exited = new Promise<number>((resolve) => {
      detach = () => {
        session.close()
        log.write('stdout', `Detached from ${attached.address}, which goes on\n`)
        log.endRun()
        resolve(0)
      }
    })
    return {
      exited,
      address,
      stop() {
        detach()
        return Promise.resolve()
      },
    }
  }

  releaseInstance(): Promise<void> {
    return Promise.resolve()
  }

  endLeftOvers(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #find({ service, container, image }: ContainerRequest): AttachedContainer {
    const name = imageName(image)
    const found = this.#containers[`${service}.${container}`] ?? this.#containers[name]
    if (found !== undefined) return found
    throw new ContainerStartError(
      'image',
      `Cannot attach container "${container}": nobody said where image "${name}" runs; ` +
        `start the account with --attach ${name}=HOST:PORT`,
    )
  }
}

/** `/db/schema/repository/convert-api:1` → `convert-api` */
function imageName(image: string): string {
  const last = image.split('/').at(-1) ?? image
  return last.replace(/[:@].*$/, '')
}

/** Resolves as soon as something listens. */
async function waitForAnswer(address: string): Promise<void> {
  const until = performance.now() + ANSWER_WITHIN_MS
  for (;;) {
    const refusal = await tryToConnect(address)
    if (refusal === undefined) return
    if (performance.now() > until) {
      throw new ContainerStartError(
        'command',
        `Cannot attach container: nothing answers at ${address} (${refusal}); start what is to run there`,
      )
    }
    await sleep(BETWEEN_TRIES_MS)
  }
}

/** Why nothing answers; undefined when something does. */
function tryToConnect(address: string): Promise<string | undefined> {
  const { hostname: host, port } = new URL(`http://${address}`)
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || '80'), timeout: ANSWER_WITHIN_MS })
    socket.on('connect', () => resolve(undefined))
    socket.on('connect', () => socket.destroy())
    socket.on('timeout', () => socket.destroy(new Error('it takes too long')))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

/** Keeps the container's own folder as the session directory is; closing it takes the tokens away. */
function shareSession(
  { env, mounts }: ContainerRequest,
  { sessionDirectory: to }: AttachedContainer,
): { close(): void } {
  const from = mounts.find(({ path }) => path === env['SPCS_SESSION_DIR'])?.directory
  if (from === undefined || to === undefined) return { close() {} }
  mkdirSync(to, { recursive: true })
  const copy = (name: string): void => {
    copyFileSync(join(from, name), join(to, `${name}.new`))
    renameSync(join(to, `${name}.new`), join(to, name))
  }
  const tokens = (): string[] => readdirSync(from).filter((name) => !name.endsWith('.new'))
  const watcher = watch(from, () => {
    try {
      tokens().forEach(copy)
    } catch (error) {
      // Renewed while it was read: the next event is on its way.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  })
  tokens().forEach(copy)
  return {
    close() {
      watcher.close()
      for (const name of readdirSync(to)) rmSync(join(to, name), { force: true })
    },
  }
}
