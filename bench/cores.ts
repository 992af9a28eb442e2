import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

/** Where a server and its load run: with a core each, neither takes the other's time. */
export interface Cores extends AsyncDisposable {
  /** Which these are, for people. */
  readonly summary: string
  /** Spawns a server on its core. Its standard output is piped. */
  spawnServer(
    program: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): ChildProcess
}

const run = promisify(execFile)

/** Puts this process, and so the load that it starts, on a core of its own until it is disposed. */
export async function separateCores(): Promise<Cores> {
  const cores = await allowedCores()
  const [server, load] = cores
  if (server === undefined || load === undefined) {
    return {
      summary: 'server and load share the cores: no taskset, or one core only',
      spawnServer: spawnPiped,
      [Symbol.asyncDispose]: async () => {},
    }
  }
  await moveTo([load])
  return {
    summary: `server on core ${server}, load on core ${load}`,
    spawnServer: (program, words, environment) =>
      spawnPiped('taskset', ['-c', String(server), program, ...words], environment),
    [Symbol.asyncDispose]: () => moveTo(cores),
  }
}

/** The numbers in a list of cores as Linux prints it: `0-2,5`. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** The cores that this process may use; none where nothing can tell or choose. */
async function allowedCores(): Promise<number[]> {
  try {
    const { stdout } = await run('taskset', ['-cp', String(process.pid)])
    return parseCores(stdout.slice(stdout.lastIndexOf(':') + 1).trim())
  } catch {
    return []
  }
}

/** Moves every thread of this process. */
async function moveTo(cores: readonly number[]): Promise<void> {
  await run('taskset', ['-acp', cores.join(','), String(process.pid)])
}

const spawnPiped: Cores['spawnServer'] = (program, words, environment) =>
  spawn(program, [...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
