import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type LogTime, logTime, printLogTime } from './log-time.ts'

/** One line that a container printed. */
export interface LogLine {
  /** Later than that of any line before it, so that who follows a log can tell what is new. */
  readonly time: LogTime
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export interface ReadLogOptions {
  /** The newest so many lines. */
  readonly lines?: number | undefined
  /** Of the run before the current one. */
  readonly previous?: boolean | undefined
  /** Only lines after this time. */
  readonly since?: LogTime | undefined
  /** Put the time before each line: `2024-10-22T01:12:29.873896187Z text`. */
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
  #current = new RunLines()
  #previous = new RunLines()
  #isAwaited = false
  #lastTime: LogTime = 0n
  readonly #unfinished = { stdout: '', stderr: '' }

  /** @param path The log's file; made with its folder when there is something to write. */
  constructor(path: string, now: () => Date = () => new Date()) {
    this.#path = path
    this.#now = now
    mkdirSync(dirname(path), { recursive: true })
    this.#fileBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** A run is to begin, and has not printed anything: until then the one that was is the previous one. */
  awaitRun(): void {
    this.#isAwaited = true
  }

  /** A new run begins: what was current becomes the previous one. */
  startRun(): void {
    this.#isAwaited = false
    this.#previous = this.#current
    this.#current = new RunLines()
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
    const all = this.#run(previous)?.newest ?? []
    const wanted = since === undefined ? all : all.filter(({ time }) => time > since)
    const newest = lines === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - lines))
    return newestBytes(newest.map((line) => (withTimes ? printTimed(line) : `${line.text}\n`)))
  }

  #run(previous: boolean): RunLines | undefined {
    if (this.#isAwaited) return previous ? this.#current : undefined
    return previous ? this.#previous : this.#current
  }

  #add(stream: LogLine['stream'], texts: readonly string[]): void {
    if (texts.length === 0) return
    if (this.#isAwaited) this.startRun()
    const lines = texts.map((text) => ({
      time: this.#nextTime(),
      stream,
      text: text.replace(/\r$/, ''),
    }))
    for (const line of lines) this.#current.add(line)
    this.#appendToFile(lines.map(printTimed).join(''))
  }

  /** The account's clock has milliseconds; the lines of one are a nanosecond apart. */
  #nextTime(): LogTime {
    const now = logTime(this.#now().getTime())
    this.#lastTime = now > this.#lastTime ? now : this.#lastTime + 1n
    return this.#lastTime
  }

  #appendToFile(text: string): void {
    if (this.#fileBytes > MOST_FILE_BYTES) {
      renameSync(this.#path, `${this.#path}.old`)
      this.#fileBytes = 0
    }
    appendFileSync(this.#path, text)
    this.#fileBytes += Buffer.byteLength(text)
  }
}

/** The newest lines of a run. */
class RunLines {
  #lines: LogLine[] = []
  /** Lines before this one are forgotten, though not yet gone. */
  #first = 0
  #bytes = 0

  get newest(): readonly LogLine[] {
    return this.#lines.slice(this.#first)
  }

  add(line: LogLine): void {
    this.#lines.push(line)
    this.#bytes += sizeOf(line.text)
    while (this.#bytes > MOST_BYTES) {
      this.#bytes -= sizeOf(this.#lines[this.#first]?.text ?? '')
      this.#first += 1
    }
    if (this.#first * 2 <= this.#lines.length) return
    this.#lines = this.#lines.slice(this.#first)
    this.#first = 0
  }
}

function printTimed({ time, text }: LogLine): string {
  return `${printLogTime(time)} ${text}\n`
}

/** A line's bytes with its end. */
function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 1
}

/** The last of the lines that fit together. */
function newestBytes(lines: readonly string[]): string {
  let bytes = 0
  let first = lines.length
  while (first > 0) {
    bytes += Buffer.byteLength(lines[first - 1] ?? '')
    if (bytes > MOST_BYTES) break
    first -= 1
  }
  return lines.slice(first).join('')
}
