import type { ResultSet } from '@spcs/sql'
import { missingObject, ScriptedRunner } from './scripted-runner.ts'

interface Run {
  readonly startTime: string
  readonly restartCount: number
  readonly lines: { readonly time: string; readonly text: string }[]
}

export interface ScriptedLogsOptions {
  /** Bytes that an answer has room for. */
  readonly room?: number
  /** Answers since the beginning of the second that was asked for, as Kubernetes does. */
  readonly wholeSeconds?: boolean
  /** Refuses the form that tells times. */
  readonly plainOnly?: boolean
  /** Keeps no log of an instance that was replaced. */
  readonly forgetsReplaced?: boolean
}

/** A QueryRunner with one service S whose containers print when they are told to. */
export class ScriptedLogs extends ScriptedRunner {
  readonly #options: ScriptedLogsOptions
  /** So many of the next statements find nobody. */
  unreachable = 0
  /** How often its containers were asked for. */
  looks = 0
  readonly #runs = new Map<string, { current: Run | undefined; previous: Run | undefined }>()
  #nanoseconds = 0n

  constructor(options: ScriptedLogsOptions = {}) {
    super()
    this.#options = options
  }

  /** A new container `0/api`, or its next run. `replaced`: of a new instance, which counts from 0. */
  start(container: string, { replaced = false }: { readonly replaced?: boolean } = {}): void {
    const { current, previous } = this.#runs.get(container) ?? {}
    const ended = current ?? previous
    const isForgotten = replaced && this.#options.forgetsReplaced === true
    const restartCount = replaced || ended === undefined ? 0 : ended.restartCount + 1
    this.#runs.set(container, {
      previous: isForgotten ? undefined : ended,
      current: { startTime: this.#time(), restartCount, lines: [] },
    })
  }

  /** Ends a container's run; it waits to be started again. */
  end(container: string): void {
    const { current, previous } = this.#runs.get(container) ?? {}
    this.#runs.set(container, { current: undefined, previous: current ?? previous })
  }

  print(container: string, ...texts: readonly string[]): void {
    for (const text of texts) {
      this.#runs.get(container)?.current?.lines.push({ time: this.#time(), text })
    }
  }

  /** Lets time go by. */
  sleep(ms: number): void {
    this.#nanoseconds += BigInt(Math.round(ms)) * 1_000_000n
  }

  override execute(sql: string): Promise<ResultSet> {
    if (this.unreachable > 0) {
      this.unreachable -= 1
      const nobody = { code: 'UNREACHABLE', snowflakeCode: '401001' }
      return Promise.reject(Object.assign(new Error('Network error'), nobody))
    }
    if (sql.startsWith('SHOW SERVICE CONTAINERS')) {
      this.looks += 1
      return answer(this.#show())
    }
    const [service = '', instance = '', container = '', , previous, since, withTimes] =
      /\((.*)\)$/
        .exec(sql)?.[1]
        ?.split(', ')
        .map((part) => part.replaceAll("'", '')) ?? []
    if (service !== 'S') return Promise.reject(missingObject())
    const { plainOnly = false } = this.#options
    if (plainOnly && withTimes !== undefined) return Promise.reject(fault('too many arguments'))
    const runs = this.#runs.get(`${instance}/${container}`)
    const run = previous === 'TRUE' ? runs?.previous : runs?.current
    if (run === undefined) {
      return Promise.reject(fault('Waiting to start, Container Status: PENDING'))
    }
    return answer([{ logs: this.#read(run, since, withTimes === 'TRUE') }])
  }

  #show(): Record<string, string | null>[] {
    return [...this.#runs].map(([key, { current }]) => {
      const [instance = '', container = ''] = key.split('/')
      return {
        instance_id: instance,
        container_name: container,
        start_time: current?.startTime ?? null,
        restart_count: String(current?.restartCount ?? 0),
        status: current === undefined ? 'PENDING' : 'READY',
      }
    })
  }

  #read({ lines }: Run, since = '', withTimes = false): string {
    const { room = 100 * 1024, wholeSeconds = false } = this.#options
    const from = wholeSeconds ? since.replace(/\.\d+Z$/, '') : since
    const text = lines
      .filter(({ time }) => time >= from)
      .map((line) => (withTimes ? `${line.time} ${line.text}\n` : `${line.text}\n`))
      .join('')
    return text.length <= room ? text : text.slice(text.length - room)
  }

  /** Strictly increasing, without the zeros at the end, as Go prints times. */
  #time(): string {
    this.#nanoseconds += 1_000_100n
    const ms = Number(this.#nanoseconds / 1_000_000n)
    const rest = String(this.#nanoseconds % 1_000_000n).padStart(6, '0')
    const time = new Date(Date.UTC(2026, 0, 1) + ms).toISOString().replace('Z', `${rest}Z`)
    return time.replace(/\.?0+Z$/, 'Z')
  }
}

function answer(rows: readonly Record<string, string | null>[]): Promise<ResultSet> {
  const names = Object.keys(rows[0] ?? {})
  return Promise.resolve({
    queryId: '',
    columns: names.map((name) => ({ name, type: 'VARCHAR', nullable: true })),
    rows: rows.map((row) => names.map((name) => row[name])),
    rowsAffected: undefined,
  })
}

function fault(message: string): Error {
  return Object.assign(new Error(message), { code: 'SQL_FAILED', snowflakeCode: '395000' })
}
