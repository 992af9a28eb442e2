/** Lines are written together once they are this long; a write costs as much as thirty lines, and wakes whoever reads. */
const MOST_LENGTH = 32 * 1024
const HOLD_MS = 50
/** From pino's level error on. */
const URGENT = 50

/** A line that is printed when it is written: many in a row take a third of the time of one after each request. */
export interface UnprintedLine {
  print(): string
}

/** So many unprinted lines are about as long as lines may be together. */
const MOST_UNPRINTED = 96

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
  /** Lines behind those that are held as text. */
  #unprinted: UnprintedLine[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(write: (text: string) => void) {
    this.#write = write
    Object.assign(this, { [Symbol.for('pino.metadata')]: true }) // asks pino to say it
    if (open.size === 0) process.on('exit', flushAll)
    open.add(this)
  }

  writeLater(line: UnprintedLine): void {
    this.#unprinted.push(line)
    if (this.#isClosed || this.#unprinted.length >= MOST_UNPRINTED) {
      this.flush()
    } else if (this.#timer === undefined) {
      this.flush()
      this.#hold()
    }
  }

  write(line: string): void {
    this.#print()
    this.#held += line
    if (this.#isClosed || this.lastLevel >= URGENT || this.#held.length >= MOST_LENGTH) {
      this.flush()
    } else if (this.#timer === undefined) {
      this.flush()
      this.#hold()
    }
  }

  flush(done?: () => void): void {
    this.#print()
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

  #print(): void {
    if (this.#unprinted.length === 0) return
    for (const line of this.#unprinted) this.#held += line.print()
    this.#unprinted = []
  }

  #hold(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#held === '' && this.#unprinted.length === 0) return
      this.flush()
      this.#hold()
    }, HOLD_MS).unref()
  }
}

function flushAll(): void {
  for (const buffer of open) buffer.flush()
}
