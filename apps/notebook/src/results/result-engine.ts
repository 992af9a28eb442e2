import { mkdir, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { ServerError } from '../errors.ts'
import { quoteText } from './column-values.ts'

/** Memory that sorts and tables may take before they go to the disk. */
const MOST_MEMORY = 512_000_000
/** Each running statement takes one of the four threads that files are read with, too. */
const SLOTS = { question: 2, export: 1 }

/** What is asked while somebody waits, and what takes its time: exports wait for exports alone. */
export type Lane = keyof typeof SLOTS

export interface ResultEngineOptions {
  /** The folder that DuckDB may read results in. */
  readonly resultsDirectory: string
  /** A folder of its own for what does not fit into memory and for exports: emptied when it begins and ends. */
  readonly workDirectory: string
}

/** One DuckDB in memory for all results; loaded and begun with the first question. */
export class ResultEngine {
  readonly #options: ResultEngineOptions
  readonly #free: Record<Lane, number> = { ...SLOTS }
  readonly #waiting: { readonly lane: Lane; readonly go: () => void }[] = []
  readonly #running = new Set<Promise<unknown>>()
  readonly #ending = new AbortController()
  #instance: Promise<DuckDBInstance> | undefined

  constructor(options: ResultEngineOptions) {
    this.#options = options
  }

  /** Where exports are written. */
  get exportDirectory(): string {
    return join(this.#options.workDirectory, 'exports')
  }

  /** Gives `job` a connection of its own. When `signal` aborts, what the job runs ends, and it rejects. */
  async use<T>(
    lane: Lane,
    signal: AbortSignal,
    job: (connection: ResultConnection) => Promise<T>,
  ): Promise<T> {
    const either = AbortSignal.any([signal, this.#ending.signal])
    await this.#enter(lane)
    const running = this.#run(either, job).finally(() => this.#leave(lane))
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  async close(): Promise<void> {
    this.#ending.abort(
      new ServerError(
        'REQUEST_ABORTED',
        'Cannot answer: the server ends before there is an answer',
      ),
    )
    await Promise.allSettled(this.#running)
    const instance = await this.#instance?.catch(() => undefined)
    instance?.closeSync()
    if (instance !== undefined) await this.#empty()
  }

  async #run<T>(
    signal: AbortSignal,
    job: (connection: ResultConnection) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted()
    this.#instance ??= this.#begin()
    let instance: DuckDBInstance
    try {
      instance = await this.#instance
    } catch (error) {
      this.#instance = undefined
      throw error
    }
    const connection = await instance.connect()
    try {
      return await job(new ResultConnection(connection, signal))
    } finally {
      connection.closeSync()
    }
  }

  async #begin(): Promise<DuckDBInstance> {
    const { workDirectory, resultsDirectory } = this.#options
    await this.#empty()
    await mkdir(this.exportDirectory, { recursive: true, mode: 0o700 })
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const memory = Math.min(MOST_MEMORY, Math.floor(memoryOfMachine() / 4))
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memory}B`,
      threads: '2',
      temp_directory: join(workDirectory, 'spilled'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const setup = await instance.connect()
    // No statement holds text of a user; this is the second door behind that one.
    const folders = [resultsDirectory, workDirectory].map((folder) => quoteText(join(folder, '/')))
    await setup.run(`SET allowed_directories = [${folders.join(', ')}]`)
    await setup.run('SET enable_external_access = false')
    await setup.run('SET lock_configuration = true')
    setup.closeSync()
    return instance
  }

  async #empty(): Promise<void> {
    await rm(this.#options.workDirectory, { recursive: true, force: true })
  }

  async #enter(lane: Lane): Promise<void> {
    if (this.#free[lane] > 0) this.#free[lane] -= 1
    else await new Promise<void>((go) => this.#waiting.push({ lane, go }))
  }

  #leave(lane: Lane): void {
    const next = this.#waiting.findIndex((each) => each.lane === lane)
    if (next < 0) this.#free[lane] += 1
    else this.#waiting.splice(next, 1)[0]?.go()
  }
}

/** A connection for one question: what it runs ends when the question is withdrawn. */
export class ResultConnection {
  readonly #connection: DuckDBConnection
  readonly signal: AbortSignal

  constructor(connection: DuckDBConnection, signal: AbortSignal) {
    this.#connection = connection
    this.signal = signal
  }

  /** Runs one statement; values are bound as text. */
  async rows(sql: string, values: readonly string[] = []): Promise<unknown[][]> {
    return await this.#run(async () => {
      const reader = await this.#connection.runAndReadAll(sql, [...values])
      return reader.getRows()
    })
  }

  /** The first column of a statement's rows, whole numbers from 0 up. */
  async numbers(sql: string, values: readonly string[] = []): Promise<Uint32Array> {
    return await this.#run(async () => {
      const result = await this.#connection.run(sql, [...values])
      const numbers = new Uint32Array(result.rowCount)
      let at = 0
      for (;;) {
        const chunk = await result.fetchChunk()
        if (chunk === null || chunk.rowCount === 0) return numbers
        numbers.set(chunk.getColumnValues(0) as number[], at)
        at += chunk.rowCount
      }
    })
  }

  async #run<T>(job: () => Promise<T>): Promise<T> {
    const { signal } = this
    signal.throwIfAborted()
    // DuckDB forgets an interrupt that comes before the statement has begun on its own thread.
    let again: NodeJS.Timeout | undefined
    const interrupt = (): void => {
      this.#connection.interrupt()
      again = setTimeout(interrupt, 10)
    }
    signal.addEventListener('abort', interrupt, { once: true })
    try {
      return await job()
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', interrupt)
      clearTimeout(again)
    }
  }
}

/** What this process may take, in a container or out of one. */
function memoryOfMachine(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
