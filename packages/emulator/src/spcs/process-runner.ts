import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ContainerLog } from './container-log.ts'
import type { ImageStore } from './image-store.ts'
import { mapCommandLine, mapValue } from './process/command-line.ts'
import { ImageFiles } from './process/image-files.ts'
import { killGroup, LeftOvers } from './process/left-overs.ts'
import { watchMemory } from './process/memory-limit.ts'
import { freePorts } from './process/ports.ts'
import {
  type ContainerRequest,
  ContainerStartError,
  type Runner,
  type RunningContainer,
} from './runner.ts'

export interface ProcessRunnerOptions {
  readonly images: ImageStore
  /** Where images are unpacked: `images/`. */
  readonly imagesDirectory: string
  /** Where running processes are recorded: `run/`. */
  readonly runDirectory: string
  /** The Node that containers run with. Default: the one that runs this. */
  readonly node?: string | undefined
}

const PRELOAD = fileURLToPath(new URL('./container-preload.cjs', import.meta.url))
/** The descriptor whose other end the account holds: it closes with the account, however that ends. */
const LIFELINE = 3

/**
 * Runs containers as processes of this machine: no engine is needed, and nothing is isolated. Each is the head of a
 * process group, so that all it starts ends with it.
 */
export class ProcessRunner implements Runner {
  readonly #files: ImageFiles
  readonly #leftOvers: LeftOvers
  readonly #node: string
  readonly #ports = new Map<string, Promise<Map<number, number>>>()

  constructor(options: ProcessRunnerOptions) {
    this.#files = new ImageFiles(options.images, options.imagesDirectory)
    this.#leftOvers = new LeftOvers(options.runDirectory)
    this.#node = options.node ?? process.execPath
  }

  async start(request: ContainerRequest): Promise<RunningContainer> {
    const { config, root } = await this.#files.unpacked(request.imageDigest)
    const ports = await this.#portsOf(request, Object.keys(config.ExposedPorts ?? {}))
    const { command, args, mounts } = request
    const line = mapCommandLine({ config, command, args, root, mounts, node: this.#node })
    const child = spawn(line.file, line.args, {
      cwd: line.workingDirectory,
      env: { ...line.env, ...this.#environment(request, root, line.env, ports) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    const { pid } = child
    if (pid === undefined) {
      const [cause] = (await once(child, 'error')) as [Error]
      throw new ContainerStartError(
        'command',
        `Cannot start "${line.file}": ${cause.message}`,
        cause,
      )
    }
    this.#leftOvers.record(pid)
    let isOutOfMemory = false
    const unwatch = watchMemory(pid, request.limits.memoryBytes, () => {
      isOutOfMemory = true
      killGroup(pid)
    })
    return {
      exited: this.#ended(child, pid, request.log).finally(unwatch),
      outOfMemory: () => isOutOfMemory,
      address: (port) => {
        const here = ports.get(port)
        return here === undefined ? undefined : `127.0.0.1:${here}`
      },
      stop: (graceMs) => stop(child, pid, graceMs),
    }
  }

  releaseInstance(instance: string): Promise<void> {
    this.#ports.delete(instance)
    return Promise.resolve()
  }

  endLeftOvers(): Promise<void> {
    this.#leftOvers.end()
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** The instance's ports stay the same while it lives: a container that starts again is where it was. */
  #portsOf(request: ContainerRequest, exposed: readonly string[]): Promise<Map<number, number>> {
    const wanted = [...request.ports, ...exposed.map((port) => Number.parseInt(port, 10))]
    const ports = this.#ports.get(request.instance) ?? freePorts(wanted)
    this.#ports.set(request.instance, ports)
    return ports
  }

  /** Nothing of this machine's own environment but what programs cannot do without. */
  #environment(
    request: ContainerRequest,
    root: string,
    image: Readonly<Record<string, string>>,
    ports: ReadonlyMap<number, number>,
  ): Record<string, string> {
    const home = join(request.directory, 'home')
    mkdirSync(home, { recursive: true })
    const own = Object.entries(request.env).map(([name, value]) => [
      name,
      mapValue(value, { root, mounts: request.mounts }),
    ])
    const { NODE_OPTIONS: nodeOptions = image['NODE_OPTIONS'], ...env } = Object.fromEntries(
      own,
    ) as Record<string, string>
    const preload = `--require ${JSON.stringify(PRELOAD)}`
    return {
      HOME: home,
      TMPDIR: tmpdir(),
      LANG: process.env['LANG'] ?? 'C.UTF-8',
      ...(process.env['TZ'] !== undefined && { TZ: process.env['TZ'] }),
      ...env,
      PATH: [dirname(this.#node), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
      NODE_OPTIONS: nodeOptions === undefined ? preload : `${preload} ${nodeOptions}`,
      SPCS_PORT_MAP: JSON.stringify(Object.fromEntries(ports)),
      SPCS_PATH_MAP: JSON.stringify(
        Object.fromEntries(request.mounts.map(({ path, directory }) => [path, directory])),
      ),
      SPCS_VOLUMES: JSON.stringify(
        request.mounts.flatMap(({ path, directory, stageVolume }) =>
          stageVolume === undefined ? [] : [{ path, directory, ...stageVolume }],
        ),
      ),
      SPCS_LIFELINE: String(LIFELINE),
    }
  }

  async #ended(child: ChildProcess, pid: number, log: ContainerLog): Promise<number> {
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => log.write(stream, text))
    }
    holdOpen(child.stdio[LIFELINE] as Readable)
    const closed = once(child, 'close')
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    // What it started is part of the container, and would keep the pipes open.
    killGroup(pid)
    await closed
    this.#leftOvers.forget(pid)
    log.endRun()
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  }
}

async function stop(child: ChildProcess, pid: number, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const killed = setTimeout(() => killGroup(pid), graceMs)
  await exited
  clearTimeout(killed)
}

/** The account's end of the lifeline: it says nothing, and its errors mean what `exit` tells anyway. */
function holdOpen(lifeline: Readable): void {
  lifeline.on('error', () => {})
  lifeline.resume()
}
