import { styleText } from 'node:util'

/** Something that takes text and may be a terminal: stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * Says on stderr what is being done: a terminal sees one live line a step, a pipe sees one plain line when
 * a step ends, and its details too while it takes long.
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
  async step<T>(title: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> {
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

  #spin(title: string, elapsed: () => number): { show: (text: string) => void; stop: () => void } {
    let detail = ''
    const draw = (): void => {
      const frame = FRAMES[Math.floor(elapsed() / 80) % FRAMES.length] ?? ''
      const text = ` ${title}${detail === '' ? '' : `: ${detail}`}`
      this.#stream.write(
        `\r\x1b[2K${this.#paint('cyan', frame)}${text.slice(0, this.#width() - 2)}`,
      )
    }
    const timer = setInterval(draw, 80)
    draw()
    return {
      show: (text) => {
        detail = text
      },
      stop: () => {
        clearInterval(timer)
        this.#stream.write('\r\x1b[2K')
      },
    }
  }

  #plainDetails(
    title: string,
    elapsed: () => number,
  ): { show: (text: string) => void; stop: () => void } {
    let last = ''
    const show = (text: string): void => {
      if (text === last || elapsed() < 2000) return
      last = text
      this.#stream.write(`  ${title}: ${text}\n`)
    }
    return { show, stop: () => {} }
  }

  #line(color: 'green' | 'red', mark: string, title: string, ms: number): void {
    const time = this.#paint('dim', printDuration(ms))
    this.#stream.write(`${this.#paint(color, mark)} ${title}  ${time}\n`)
  }

  #paint(style: 'green' | 'red' | 'cyan' | 'dim', text: string): string {
    return this.#color ? styleText(style, text) : text
  }

  #width(): number {
    return this.#stream.columns ?? 80
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
