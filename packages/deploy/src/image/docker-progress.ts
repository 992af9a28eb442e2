import { stripVTControlCharacters } from 'node:util'

/** Silence would look as if the build hung. */
const LONGEST_SILENCE_MS = 4000
const TICK_MS = 1000

/**
 * Tells what a build by Docker does, from the lines of `--progress=plain`: the step and what it printed last, at most
 * once a second, and for how long where nothing new is printed.
 */
export class BuildProgress {
  readonly #onProgress: ((detail: string) => void) | undefined
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  readonly #titles = new Map<string, string>()
  #text = 'start'
  #since: number
  #told = ''
  #toldAt: number

  constructor(
    onProgress: ((detail: string) => void) | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.#onProgress = onProgress
    this.#now = now
    this.#since = now()
    this.#toldAt = this.#since
    this.#timer = setInterval(() => this.tick(), TICK_MS)
  }

  /** `#8 [build 4/5] RUN npm ci`, `#8 1.234 added 300 packages`, `#8 DONE 12.2s`; whatever else comes is passed over. */
  read(line: string): void {
    const [, step = '', rest = ''] =
      /^#(\d+) (.*)$/.exec(stripVTControlCharacters(line).trimEnd()) ?? []
    if (rest.startsWith('[')) {
      const title = shorten(rest.replaceAll(/--mount=\S+/g, ''))
      this.#titles.set(step, title)
      this.say(title)
      return
    }
    const title = this.#titles.get(step)
    const printed = /^\d+\.\d+ (.*\S.*)$/.exec(rest)?.[1]
    if (title !== undefined && printed !== undefined) this.say(`${title}: ${shorten(printed)}`)
  }

  /** What is done from now on. */
  say(text: string): void {
    if (text === this.#text) return
    this.#text = text
    this.#since = this.#now()
  }

  /** Tells what is new; what goes on for long is told again. */
  tick(): void {
    const now = this.#now()
    if (this.#text !== this.#told) {
      this.#told = this.#text
      this.#onProgress?.(this.#text)
    } else if (now - this.#toldAt < LONGEST_SILENCE_MS) {
      return
    } else {
      this.#onProgress?.(`${this.#text}, for ${Math.round((now - this.#since) / 1000)} s`)
    }
    this.#toldAt = now
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** One line that a terminal shows whole. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= MOST_LETTERS ? line : `${line.slice(0, MOST_LETTERS - 1)}…`
}

const MOST_LETTERS = 60
