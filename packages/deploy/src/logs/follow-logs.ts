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
  const { signal, services, longestPauseMs = 1000 } = options
  const reader = new LogReader(runner)
  const followed = new Map<string, FollowedContainer>()
  let pauseMs = longestPauseMs
  let lookedAt = performance.now()
  const isOver = (): boolean => signal?.aborted === true
  for (let isFirst = true; !isOver(); isFirst = false) {
    const found = await Promise.all(
      services.map(async (service) => {
        const sources = await sourcesOf(runner, service, options, { mayBeMissing: !isFirst })
        return Promise.all(sources.map((source) => lookAt(source, isFirst)))
      }),
    )
    const looks = found.flat()
    if (isFirst && !reader.tellsTimes) options.onNoTimes?.()
    yield* inOrder(looks)
    const most = Math.max(0, ...looks.map(({ look }) => look.bytes))
    const elapsedMs = performance.now() - lookedAt
    pauseMs = Math.min(nextPause(pauseMs, most, elapsedMs), longestPauseMs)
    await pause(pauseMs, undefined, { signal }).catch(() => {})
    lookedAt = performance.now()
  }

  async function lookAt(source: LogSource, isFirst: boolean): Promise<LookAtSource> {
    const key = `${source.service}/${source.instance}/${source.container}`
    const container = followed.get(key) ?? new FollowedContainer(reader)
    followed.set(key, container)
    const look = isFirst ? container.begin(source, options) : container.look(source)
    return { source, look: await look }
  }
}

/** The log lines that there are: of the current run of each container, or of the one before. */
export async function readLogs(runner: QueryRunner, options: LogsOptions): Promise<LogEvent[]> {
  const reader = new LogReader(runner)
  const first = { ...options, current: options.previous !== true }
  const found = await Promise.all(
    options.services.map(async (service) => {
      const sources = await sourcesOf(runner, service, options, { mayBeMissing: false })
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
  filter: LogFilter,
  { mayBeMissing }: { readonly mayBeMissing: boolean },
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
