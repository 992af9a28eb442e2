import type { KernelTerminal } from '../kernel/kernel.ts'
import { Screen } from './screen.ts'

export const MOST_UNACKNOWLEDGED = 1024 * 1024
export const FEW_UNACKNOWLEDGED = 256 * 1024
export const LARGEST_FRAME = 64 * 1024
/** How long a viewer that takes nothing in may hold the program up. */
const PATIENCE_MS = 15_000
const COALESCE_MS = 4

/** Somebody who looks at a terminal. */
export interface Viewer {
  /** The terminal's bytes, in order, at most LARGEST_FRAME at once. */
  onData(bytes: Buffer): void
  /** Before the first bytes. */
  onAttached(columns: number, rows: number): void
  onEnded(reason: string): void
  /** It is let go because it took nothing in: let it come again. */
  onTooSlow(): void
}

/** What a viewer holds on to. */
export interface Attachment {
  write(bytes: Buffer): void
  resize(columns: number, rows: number): void
  received(bytes: number): void
  detach(): void
}

interface Attached {
  readonly viewer: Viewer
  /** False until the screen was sent; what is printed meanwhile waits in `pending`. */
  isReady: boolean
  pending: Buffer[]
  unacknowledged: number
  size: { readonly columns: number; readonly rows: number } | undefined
  slowTimer: NodeJS.Timeout | undefined
}

/**
 * One terminal with any number of viewers, none at times. It lives as long as the program behind it: a viewer who
 * comes again gets the screen as it is.
 *
 *   program → coalesced for a few ms → the mirror screen, and a frame for each viewer
 *   viewer → received → while one of them, or the mirror, has 1 MB before it, the program is paused
 */
export class SharedTerminal {
  readonly #source: KernelTerminal
  readonly #screen: Screen
  readonly #attached = new Set<Attached>()
  readonly #unsubscribe: () => void
  readonly #patienceMs: number
  #typist: Attached | undefined
  #chunks: Buffer[] = []
  #chunksLength = 0
  #flushTimer: NodeJS.Timeout | undefined
  #unparsed = 0
  #isPaused = false
  #ended: string | undefined

  constructor(
    source: KernelTerminal,
    options: {
      readonly columns?: number
      readonly rows?: number
      readonly patienceMs?: number
    } = {},
  ) {
    this.#source = source
    this.#screen = new Screen(options.columns ?? 80, options.rows ?? 24)
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS
    this.#unsubscribe = source.onData((data) => this.#take(data))
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  get viewers(): number {
    return this.#attached.size
  }

  attach(viewer: Viewer): Attachment {
    const attached: Attached = {
      viewer,
      isReady: false,
      pending: [],
      unacknowledged: 0,
      size: undefined,
      slowTimer: undefined,
    }
    this.#flush() // what came before is part of the screen
    this.#attached.add(attached)
    this.#screen.read((bytes) => this.#show(attached, bytes))
    return {
      write: (bytes) => this.#write(attached, bytes),
      resize: (columns, rows) => {
        attached.size = { columns, rows }
        this.#fit()
      },
      received: (bytes) => {
        attached.unacknowledged = Math.max(0, attached.unacknowledged - bytes)
        this.#steer()
      },
      detach: () => this.#detach(attached),
    }
  }

  /** The program is gone: viewers are told after its last bytes. */
  end(reason: string): void {
    if (this.#ended !== undefined) return
    this.#flush()
    this.#ended = reason
    this.#unsubscribe()
    for (const attached of this.#attached) {
      if (attached.isReady) this.#tellEnd(attached, reason)
    }
    // Those that wait for the screen are told once they have it: #show.
    this.#screen.read(() => this.#screen.close())
  }

  /**
   * A program's question to its terminal is answered by every page that shows it: one answer is enough, and
   * the others would be typed into whatever reads next.
   */
  #write(attached: Attached, bytes: Buffer): void {
    if (!this.#attached.has(attached) || this.#ended !== undefined) return
    if (!isReport(bytes)) this.#typist = attached
    else if (attached !== this.#answering()) return
    this.#source.write(bytes)
  }

  /** Who typed last, or else who has been there for the longest time. */
  #answering(): Attached | undefined {
    if (this.#typist !== undefined && this.#attached.has(this.#typist)) return this.#typist
    const [first] = this.#attached
    return first
  }

  #show(attached: Attached, screen: Buffer): void {
    if (!this.#attached.has(attached)) return
    attached.isReady = true
    attached.viewer.onAttached(this.#screen.columns, this.#screen.rows)
    this.#send(attached, screen)
    for (const chunk of attached.pending) this.#send(attached, chunk)
    attached.pending = []
    if (this.#ended !== undefined) this.#tellEnd(attached, this.#ended)
  }

  #take(data: Buffer): void {
    this.#chunks.push(data)
    this.#chunksLength += data.length
    if (this.#chunksLength >= LARGEST_FRAME) this.#flush()
    else this.#flushTimer ??= setTimeout(() => this.#flush(), COALESCE_MS)
  }

  #flush(): void {
    clearTimeout(this.#flushTimer)
    this.#flushTimer = undefined
    if (this.#chunksLength === 0) return
    const bytes = Buffer.concat(this.#chunks, this.#chunksLength)
    this.#chunks = []
    this.#chunksLength = 0
    this.#unparsed += bytes.length
    this.#screen.write(bytes, () => {
      this.#unparsed -= bytes.length
      this.#steer()
    })
    for (const attached of this.#attached) {
      if (attached.isReady) this.#send(attached, bytes)
      else attached.pending.push(bytes)
    }
    this.#steer()
  }

  #send(attached: Attached, bytes: Buffer): void {
    for (let start = 0; start < bytes.length; start += LARGEST_FRAME) {
      attached.viewer.onData(bytes.subarray(start, start + LARGEST_FRAME))
    }
    attached.unacknowledged += bytes.length
  }

  /** Pauses or resumes the program by what is the most that anybody still has before him. */
  #steer(): void {
    let most = this.#unparsed
    for (const attached of this.#attached) {
      most = Math.max(most, attached.unacknowledged)
      this.#watch(attached)
    }
    if (!this.#isPaused && most > MOST_UNACKNOWLEDGED) {
      this.#isPaused = true
      this.#source.pause()
    } else if (this.#isPaused && most < FEW_UNACKNOWLEDGED) {
      this.#isPaused = false
      if (this.#ended === undefined) this.#source.resume()
    }
  }

  /** A viewer who is far behind has some time; each acknowledgement that helps ends it. */
  #watch(attached: Attached): void {
    if (attached.unacknowledged <= MOST_UNACKNOWLEDGED) {
      clearTimeout(attached.slowTimer)
      attached.slowTimer = undefined
      return
    }
    attached.slowTimer ??= setTimeout(() => {
      this.#detach(attached)
      attached.viewer.onTooSlow()
    }, this.#patienceMs)
  }

  #detach(attached: Attached): void {
    clearTimeout(attached.slowTimer)
    if (!this.#attached.delete(attached)) return
    this.#fit()
    this.#steer()
  }

  /** The smallest of all: on a larger terminal there is a margin, on a smaller one there would be nonsense. */
  #fit(): void {
    const sizes = [...this.#attached].flatMap(({ size }) => (size === undefined ? [] : [size]))
    if (sizes.length === 0 || this.#ended !== undefined) return
    const columns = Math.min(...sizes.map((size) => size.columns))
    const rows = Math.min(...sizes.map((size) => size.rows))
    if (columns === this.#screen.columns && rows === this.#screen.rows) return
    this.#flush()
    this.#screen.resize(columns, rows)
    this.#source.resize(columns, rows)
  }

  #tellEnd(attached: Attached, reason: string): void {
    clearTimeout(attached.slowTimer)
    this.#attached.delete(attached)
    attached.viewer.onEnded(reason)
  }
}

const ESCAPE = String.fromCharCode(0x1b)

/** What xterm.js says by itself: where the cursor is, what it is, which colours and modes it has, its focus. */
const REPORTS = new RegExp(
  `^(?:${ESCAPE}\\[[?>=]?[\\d;]*(?:[cRnt]|\\$y)` +
    `|${ESCAPE}\\[[IO]` +
    `|${ESCAPE}[P\\]][^${ESCAPE}\\x07]*(?:\\x07|${ESCAPE}\\\\))+$`,
)

function isReport(bytes: Buffer): boolean {
  return bytes.length <= 1024 && REPORTS.test(bytes.toString('latin1'))
}
