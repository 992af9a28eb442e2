import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** One line that a container printed. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface ReadLogOptions {
  /** The newest so many lines. */
  readonly lines?: number | undefined
  /** Of the run before the current one. */
  readonly previous?: boolean | undefined
  /** Only lines after this time. */
  readonly since?: Date | undefined
  /** Put the time before each line: `2024-10-22T01:12:29.873000000Z text`. */
  readonly withTimes?: boolean | undefined
}

/** Snowflake gives at most this much of a log. */
const MOST_BYTES = 100 * 1024
/** A line that does not end is cut here. */
const LONGEST_LINE = 16 * 1024
/** The file is begun anew beyond this; the one before it is kept. */
const MOST_FILE_BYTES = 4 * 1024 * 1024

/**
 * What a container prints: the newest lines of this run and of the one before in memory, and everything, up to a
 * size, in a file.
 */
export class ContainerLog {
  readonly #path: string
  readonly #now: () => Date
  #fileBytes: number
  #current: LogLine[] = []
  #currentBytes = 0
  #previous: LogLine[] = []
  readonly #unfinished = { stdout: '', stderr: '' }

  /** @param path The log's file; made with its folder when there is something to write. */
  constructor(path: string, now: () => Date = () => new Date()) {
    this.#path = path
    this.#now = now
    mkdirSync(dirname(path), { recursive: true })
    this.#fileBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** A new run begins: what was current becomes the previous one. */
  startRun(): void {
    this.#previous = this.#current
    this.#current = []
    this.#currentBytes = 0
  }

  write(stream: LogLine['stream'], text: string): void {
    const lines = (this.#unfinished[stream] + text).split('\n')
    const last = lines.pop() ?? ''
    const isLong = last.length > LONGEST_LINE
    this.#unfinished[stream] = isLong ? '' : last
    this.#add(stream, isLong ? [...lines, last] : lines)
  }

  /** Takes lines that did not end, when nothing more can come. */
  endRun(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#unfinished[stream]
      this.#unfinished[stream] = ''
      if (text !== '') this.#add(stream, [text])
    }
  }

  /** The newest lines, at most 100 KB, as SYSTEM$GET_SERVICE_LOGS gives them. */
  read({ lines, previous = false, since, withTimes = false }: ReadLogOptions = {}): string {
    const after = since?.toISOString() ?? ''
    const kept = (previous ? this.#previous : this.#current).filter((line) => line.time > after)
    const newest = lines === undefined ? kept : kept.slice(Math.max(0, kept.length - lines))
    return newest.map((line) => (withTimes ? printTimed(line) : `${line.text}\n`)).join('')
  }

  #add(stream: LogLine['stream'], texts: readonly string[]): void {
    if (texts.length === 0) return
    const time = this.#now().toISOString()
    const lines = texts.map((text) => ({ time, stream, text: text.replace(/\r$/, '') }))
    for (const line of lines) {
      this.#current.push(line)
      this.#currentBytes += line.text.length + 1
    }
    this.#dropOldest()
    this.#appendToFile(lines.map(printTimed).join(''))
  }

  #dropOldest(): void {
    let drop = 0
    while (this.#currentBytes > MOST_BYTES) {
      this.#currentBytes -= (this.#current[drop]?.text.length ?? 0) + 1
      drop += 1
    }
    if (drop > 0) this.#current = this.#current.slice(drop)
  }

  #appendToFile(text: string): void {
    if (this.#fileBytes > MOST_FILE_BYTES) {
      renameSync(this.#path, `${this.#path}.old`)
      this.#fileBytes = 0
    }
    appendFileSync(this.#path, text)
    this.#fileBytes += text.length
  }
}

/** Times have nine digits, as the platform writes them. */
function printTimed(line: LogLine): string {
  return `${line.time.replace('Z', '000000Z')} ${line.text}\n`
}
