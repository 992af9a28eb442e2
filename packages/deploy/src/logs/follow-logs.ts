import { setTimeout as pause } from 'node:timers/promises'
import type { QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { printTypedName } from '../objects/property.ts'
import { isMissing } from '../shown-rows.ts'
import { FollowedContainer, type FirstLook, type Look } from './followed-container.ts'
import { type LogFilter, type LogSource, logSources } from './log-source.ts'
import { LogReader } from './read-log.ts'

/** A line of a container's log, or a sentence about it: `lines may be missing here …`. */
export interface LogEvent {
  readonly type: 'line' | 'notice'
  readonly service: string
  readonly instance: string
  readonly container: string
  /** RFC 3339 with nine digits behind the point; undefined where the account tells no times. */
  readonly time: string | undefined
  readonly text: string
}

export interface LogsOptions extends LogFilter, Omit<FirstLook, 'current'> {
  readonly services: readonly string[]
}

export interface FollowLogsOptions extends LogsOptions {
  /** Ends the following. */
  readonly signal?: AbortSignal | undefined
  /** Told once, when the account tells no times of lines. */
  readonly onNoTimes?: (() => void) | undefined
  /** Between two looks at containers that print little. Default 1000. */
  readonly longestPauseMs?: number | undefined
}

const SHORTEST_PAUSE_MS = 50
/** Also after a restart: what crashes soon does so again, and of its runs the account keeps two. */
const FIRST_PAUSE_MS = 100
/** The driver has tried for a while itself. */
const MOST_UNANSWERED = 10
/** An answer has room for 100 KB: so much may come of one container until the next look. */
const WANTED_BYTES = 20_000

/**
 * The log lines of every container of services, those that there are and those that come: through restarts, upgrades and
 * new instances; none twice. Where a line may be missing, a notice says so. Ends by its signal.
 *
 * @throws {DeployError} `SERVICE_MISSING` when one is not there to begin with; what the account says of a log it refuses.
 */
export async function* followLogs(
  runner: QueryRunner,
  options: FollowLogsOptions,
): AsyncGenerator<LogEvent> {
  const { signal, longestPauseMs = 1000 } = options
  const follower = new Follower(runner, options)
  let pauseMs = FIRST_PAUSE_MS
  let lookedAt = performance.now()
  const isOver = (): boolean => signal?.aborted === true
  for (let isFirst = true; !isOver(); isFirst = false) {
    const elapsedMs = performance.now() - lookedAt
    lookedAt = performance.now()
    const looks = await unlessAborted(follower.lookAtAll(isFirst), signal)
    if (looks === undefined) return
    if (isFirst && !follower.tellsTimes) options.onNoTimes?.()
    yield* inOrder(looks)
    const most = Math.max(0, ...looks.map(({ look }) => look.bytes))
    const hasRestarted = looks.some(({ look }) => look.isOtherRun)
    const next = hasRestarted ? FIRST_PAUSE_MS : nextPause(pauseMs, most, elapsedMs)
    pauseMs = Math.min(next, longestPauseMs)
    await pause(pauseMs, undefined, { signal }).catch(() => {})
  }
}

/** All containers of some services, each with what has been read of it. */
class Follower {
  readonly #runner: QueryRunner
  readonly #options: LogsOptions
  readonly #reader: LogReader
  readonly #followed = new Map<string, FollowedContainer>()
  /** Looks one after another that the account did not answer. */
  #unanswered = 0

  constructor(runner: QueryRunner, options: LogsOptions) {
    this.#runner = runner
    this.#options = options
    this.#reader = new LogReader(runner)
  }

  get tellsTimes(): boolean {
    return this.#reader.tellsTimes
  }

  /** @throws when the account is not reached at the first look, or for long. */
  async lookAtAll(isFirst: boolean): Promise<LookAtSource[]> {
    let failure: unknown
    // What other containers said must not be lost with the one that was not reached.
    const unlessUnreachable = async <T>(work: Promise<readonly T[]>): Promise<readonly T[]> => {
      try {
        return await work
      } catch (error) {
        if (isFirst || !isUnreachable(error)) throw error
        failure = error
        return []
      }
    }
    const found = await Promise.all(
      this.#options.services.map(async (service) => {
        const filter = { ...this.#options, mayBeMissing: !isFirst }
        const sources = await unlessUnreachable(sourcesOf(this.#runner, service, filter))
        return Promise.all(
          sources.map((source) => unlessUnreachable(this.#lookAt(source, isFirst))),
        )
      }),
    )
    this.#unanswered = failure === undefined ? 0 : this.#unanswered + 1
    if (this.#unanswered > MOST_UNANSWERED) throw failure
    return found.flat(2)
  }

  async #lookAt(source: LogSource, isFirst: boolean): Promise<LookAtSource[]> {
    const key = `${source.service}/${source.instance}/${source.container}`
    const container = this.#followed.get(key) ?? new FollowedContainer(this.#reader)
    this.#followed.set(key, container)
    const look = isFirst ? container.begin(source, this.#options) : container.look(source)
    return [{ source, look: await look }]
  }
}

/** Undefined, at once, when the signal fires: a statement that hangs must hold nobody. */
async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const over = new AbortController()
  const aborted = new Promise<undefined>((settle) => {
    signal?.addEventListener('abort', () => settle(undefined), { signal: over.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    over.abort()
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UNREACHABLE'
}

/** The log lines that there are: of the current run of each container, or of the one before. */
export async function readLogs(runner: QueryRunner, options: LogsOptions): Promise<LogEvent[]> {
  const reader = new LogReader(runner)
  const first = { ...options, current: options.previous !== true }
  const found = await Promise.all(
    options.services.map(async (service) => {
      const sources = await sourcesOf(runner, service, { ...options, mayBeMissing: false })
      const looks = sources.map(async (source) => ({
        source,
        look: await new FollowedContainer(reader).begin(source, first),
      }))
      return Promise.all(looks)
    }),
  )
  return inOrder(found.flat())
}

/** So soon that no container has more for us than an answer holds, and so late that a quiet one costs little. */
export function nextPause(lastMs: number, bytes: number, elapsedMs: number): number {
  const byRate = bytes === 0 ? Infinity : (elapsedMs * WANTED_BYTES) / bytes
  return Math.max(Math.min(byRate, lastMs * 1.5), SHORTEST_PAUSE_MS)
}

interface LookAtSource {
  readonly source: LogSource
  readonly look: Look
}

/** A service that is dropped while it is followed may come again. */
async function sourcesOf(
  runner: QueryRunner,
  service: string,
  { mayBeMissing, ...filter }: LogFilter & { readonly mayBeMissing: boolean },
): Promise<LogSource[]> {
  try {
    return await logSources(runner, service, filter)
  } catch (error) {
    if (!isMissing(error)) throw error
    if (mayBeMissing) return []
    const message = `Cannot read logs of service ${printTypedName(service)}: it does not exist or is not authorized`
    throw new DeployError('SERVICE_MISSING', message, {
      hint: 'Deploy it, or use the role that owns it',
      cause: error,
    })
  }
}

/** The lines of all containers by their times; those of one stay in their order where times are the same. */
function inOrder(looks: readonly LookAtSource[]): LogEvent[] {
  const events = looks.flatMap(({ source, look }) => eventsOf(source, look))
  return events.toSorted((a, b) => compare(a.time ?? '', b.time ?? ''))
}

/** A notice has the time of the line that it stands before. */
function eventsOf({ service, instance, container }: LogSource, look: Look): LogEvent[] {
  const from = { service, instance, container }
  const notices = (index: number): LogEvent[] =>
    look.notices
      .filter(({ before }) => before === index)
      .map(({ text }) => {
        const { time } = look.lines[index] ?? look.lines.at(-1) ?? { time: undefined }
        return { type: 'notice', ...from, time, text }
      })
  const lines = look.lines.flatMap((line, index): LogEvent[] => [
    ...notices(index),
    { type: 'line', ...from, ...line },
  ])
  return [...lines, ...notices(look.lines.length)]
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
