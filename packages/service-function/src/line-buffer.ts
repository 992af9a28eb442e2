/** Lines are written together once they are this long; a write costs as much as thirty lines. */
const MOST_LENGTH = 8 * 1024
const HOLD_MS = 50
/** From pino's level error on. */
const URGENT = 50

const open = new Set<LineBuffer>()

/**
 * Writes lines in their order, the first at once and those of the next 50 ms together. A line of level error or above,
 * and the end of the process, write what is held back.
 */
export class LineBuffer {
  /** The level of the line that is written next, as pino says it. */
  lastLevel = 0
  readonly #write: (text: string) => void
  #held = ''
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(write: (text: string) => void) {
    this.#write = write
    Object.assign(this, { [Symbol.for('pino.metadata')]: true }) // asks pino to say it
    if (open.size === 0) process.on('exit', flushAll)
    open.add(this)
  }

  write(line: string): void {
    this.#held += line
    if (this.#isClosed || this.lastLevel >= URGENT || this.#held.length >= MOST_LENGTH) {
      this.flush()
    } else if (this.#timer === undefined) {
      this.flush()
      this.#hold()
    }
  }

  flush(done?: () => void): void {
    const text = this.#held
    this.#held = ''
    if (text !== '') this.#write(text)
    done?.()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.flush()
    open.delete(this)
    if (open.size === 0) process.off('exit', flushAll)
  }

  #hold(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#held === '') return
      this.flush()
      this.#hold()
    }, HOLD_MS).unref()
  }
}

function flushAll(): void {
  for (const buffer of open) buffer.flush()
}
