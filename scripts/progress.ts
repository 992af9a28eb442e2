import { styleText } from 'node:util'

/** Something that takes text and may be a terminal: stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Tells what a step waits for just now: a text; or the lines of a table, which only terminals show, in its place. */
export type Detail = (text: string | readonly string[]) => void

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** Short steps need no details in a pipe. */
const SHORT_MS = 2000
/** Nothing is silent for longer. */
const SILENCE_MS = 4500
const WIPE_LINE = '\r\x1b[2K'

/**
 * Says on stderr what is being done: a terminal sees one live line a step, with a table below it where there is one;
 * a pipe sees one plain line when a step ends, and its details too while it takes long.
 */
export class Progress {
  readonly #stream: ProgressStream
  readonly #live: boolean
  readonly #color: boolean

  constructor(stream: ProgressStream = process.stderr, environment = process.env) {
    this.#stream = stream
    this.#live = stream.isTTY === true && environment['TERM'] !== 'dumb'
    this.#color = this.#live && (environment['NO_COLOR'] ?? '') === ''
  }

  /** Runs one step under a title; `detail` tells what it waits for just now. */
  async step<T>(title: string, work: (detail: Detail) => Promise<T>): Promise<T> {
    const started = performance.now()
    const elapsed = (): number => performance.now() - started
    const details = this.#live ? this.#spin(title, elapsed) : this.#plainDetails(title, elapsed)
    try {
      const result = await work(details.show)
      details.stop()
      this.#line('green', '✔', title, elapsed())
      return result
    } catch (error) {
      details.stop()
      this.#line('red', '✖', title, elapsed())
      throw error
    }
  }

  /** A line between steps. */
  note(text: string): void {
    this.#stream.write(`${text}\n`)
  }

  #spin(title: string, elapsed: () => number): { show: Detail; stop: () => void } {
    let detail = ''
    let table: readonly string[] = []
    let drawn = 0
    const wipe = (): string => WIPE_LINE + `\x1b[1A${WIPE_LINE}`.repeat(drawn)
    const draw = (): void => {
      const frame = FRAMES[Math.floor(elapsed() / 80) % FRAMES.length] ?? ''
      const time =
        elapsed() < SHORT_MS ? '' : ` ${printDuration(Math.floor(elapsed() / 1000) * 1000)}`
      const beside = detail === '' || table.length > 0 ? '' : `: ${detail}`
      const text = ` ${title}${time}${beside}`
      const below = table.map((line) => `\n    ${line.slice(0, this.#width() - 5)}`)
      const head = this.#paint('cyan', frame) + text.slice(0, this.#width() - 2)
      this.#stream.write(`${wipe()}${head}${below.join('')}`)
      drawn = below.length
    }
    const timer = setInterval(draw, 80)
    draw()
    return {
      show: (text) => {
        if (typeof text === 'string') detail = text
        else table = text
      },
      stop: () => {
        clearInterval(timer)
        this.#stream.write(wipe())
      },
    }
  }

  #plainDetails(title: string, elapsed: () => number): { show: Detail; stop: () => void } {
    let last = ''
    let writtenAt = 0
    const write = (text: string): void => {
      writtenAt = elapsed()
      this.#stream.write(`  ${title}: ${text}\n`)
    }
    const remind = (): void => {
      if (elapsed() - writtenAt < SILENCE_MS) return
      write(
        `${last === '' ? 'still at it' : last}, ${printDuration(Math.floor(elapsed() / 1000) * 1000)}`,
      )
    }
    const timer = setInterval(remind, 500)
    return {
      show: (text) => {
        if (typeof text !== 'string' || text === last) return
        last = text
        if (elapsed() >= SHORT_MS) write(text)
      },
      stop: () => clearInterval(timer),
    }
  }

  #line(color: 'green' | 'red', mark: string, title: string, ms: number): void {
    const time = this.#paint('dim', printDuration(ms))
    this.#stream.write(`${this.#paint(color, mark)} ${title}  ${time}\n`)
  }

  #paint(style: 'green' | 'red' | 'cyan' | 'dim', text: string): string {
    return this.#color ? styleText(style, text) : text
  }

  #width(): number {
    return this.#stream.columns || 80 // 0: a terminal without a size
  }
}

/** A time for people: `8 ms`, `1.4 s`, `2 min 5 s`. */
export function printDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** How far bytes have come, for people: `12.3 of 47.1 MB, 8.2 MB/s`. */
export function printBytes(done: number, total: number, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? `, ${(done / 1000 / elapsedMs).toFixed(1)} MB/s` : ''
  return `${(done / 1e6).toFixed(1)} of ${printMegabytes(total)}${rate}`
}

/** `47.1 MB`. */
export function printMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
