import { stripVTControlCharacters } from 'node:util'

const TELL_EVERY_MS = 1000

/** Tells what a build by Docker does, from the lines of `--progress=plain`: its step, and what that printed last. */
export class BuildProgress {
  readonly #onProgress: ((detail: string) => void) | undefined
  readonly #timer: NodeJS.Timeout
  readonly #titles = new Map<string, string>()
  #text = ''
  #told = ''

  constructor(onProgress: ((detail: string) => void) | undefined) {
    this.#onProgress = onProgress
    this.#timer = setInterval(() => this.tell(), TELL_EVERY_MS)
  }

  /** `#8 [build 4/5] RUN npm ci`, `#8 1.234 added 300 packages`, `#8 DONE 12.2s`; whatever else comes is passed over. */
  read(line: string): void {
    const [, step = '', rest = ''] =
      /^#(\d+) (.*)$/.exec(stripVTControlCharacters(line).trimEnd()) ?? []
    if (rest.startsWith('[')) {
      this.#text = shorten(rest.replaceAll(/--mount=\S+/g, ''))
      this.#titles.set(step, this.#text)
      return
    }
    const title = this.#titles.get(step)
    const printed = /^\d+\.\d+ (.*\S.*)$/.exec(rest)?.[1]
    if (title !== undefined && printed !== undefined) this.#text = `${title}: ${shorten(printed)}`
  }

  /** What is done from now on. */
  say(text: string): void {
    this.#text = text
  }

  /** Tells what is new; a step may print thousands of lines a second. */
  tell(): void {
    if (this.#text === this.#told) return
    this.#told = this.#text
    this.#onProgress?.(this.#text)
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
