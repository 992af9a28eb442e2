/** What a record of the ring holds. */
export const RECORD = { stdout: 0, stderr: 1, json: 2 } as const
export type RecordKind = (typeof RECORD)[keyof typeof RECORD]

/** A record as it is read: the text of a long one comes in pieces, `more` on all but the last. */
export interface RingRecord {
  readonly kind: RecordKind
  readonly execution: number
  readonly text: string
  readonly more: boolean
}

const HEAD = 0 // where the writer writes next
const TAIL = 1 // where the reader reads next
const STATE_BYTES = 64
const HEADER_BYTES = 12 // length, kind and more, execution
const PIECE_CHARACTERS = 32_768
const SKIP = -1 // in place of a length: the next record is at the start

/**
 * One-way memory between two threads for text in order. A full ring blocks its writer until the reader has made room;
 * nothing is published before it is whole, so a writer that is cut off leaves nothing behind.
 */
export function createRing(bytes: number = 4 * 1024 * 1024): SharedArrayBuffer {
  return new SharedArrayBuffer(STATE_BYTES + bytes)
}

/** The writing half; it belongs to one thread. */
export class RingWriter {
  readonly #state: Int32Array
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #encoder = new TextEncoder()

  constructor(ring: SharedArrayBuffer) {
    this.#state = new Int32Array(ring, 0, STATE_BYTES / 4)
    this.#words = new Int32Array(ring, STATE_BYTES)
    this.#bytes = new Uint8Array(ring, STATE_BYTES)
  }

  /** @param onFull Called again and again while the ring is full; it may throw to give up. */
  write(kind: RecordKind, execution: number, text: string, onFull?: () => void): void {
    let start = 0
    do {
      let end = Math.min(text.length, start + PIECE_CHARACTERS)
      // A pair of surrogates stays together, or it would turn into two question marks.
      if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
      this.#writePiece(kind, execution, text.slice(start, end), end < text.length, onFull)
      start = end
    } while (start < text.length)
  }

  /** True when the reader has read all there was. */
  get isEmpty(): boolean {
    return Atomics.load(this.#state, HEAD) === Atomics.load(this.#state, TAIL)
  }

  /** Blocks until the reader has read something, or for so long. */
  wait(timeoutMs: number): void {
    Atomics.wait(this.#state, TAIL, Atomics.load(this.#state, TAIL), timeoutMs)
  }

  #writePiece(
    kind: RecordKind,
    execution: number,
    text: string,
    more: boolean,
    onFull: (() => void) | undefined,
  ): void {
    const at = this.#reserve(HEADER_BYTES + text.length * 3, onFull)
    const body = at + HEADER_BYTES
    const { written } = this.#encoder.encodeInto(
      text,
      this.#bytes.subarray(body, body + text.length * 3),
    )
    this.#words[at / 4] = written
    this.#words[at / 4 + 1] = kind | (more ? 256 : 0)
    this.#words[at / 4 + 2] = execution
    const next = aligned(body + written)
    Atomics.store(this.#state, HEAD, next === this.#bytes.length ? 0 : next)
    Atomics.notify(this.#state, HEAD)
  }

  /** Where that many bytes are free in one piece. The head never catches up with the tail: equal means empty. */
  #reserve(bytes: number, onFull: (() => void) | undefined): number {
    const size = this.#bytes.length
    const wanted = aligned(bytes)
    for (;;) {
      const head = Atomics.load(this.#state, HEAD)
      const tail = Atomics.load(this.#state, TAIL)
      if (head < tail) {
        if (tail - head > wanted) return head
      } else if (size - head > wanted || (size - head === wanted && tail > 0)) {
        return head
      } else if (tail > 0) {
        this.#words[head / 4] = SKIP
        Atomics.store(this.#state, HEAD, 0)
        continue
      }
      Atomics.wait(this.#state, TAIL, tail, 20)
      onFull?.()
    }
  }
}

/** The reading half; it belongs to one thread. */
export class RingReader {
  readonly #state: Int32Array
  readonly #words: Int32Array
  readonly #bytes: Buffer

  constructor(ring: SharedArrayBuffer) {
    this.#state = new Int32Array(ring, 0, STATE_BYTES / 4)
    this.#words = new Int32Array(ring, STATE_BYTES)
    this.#bytes = Buffer.from(ring, STATE_BYTES)
  }

  /** The next record, or undefined when there is none. */
  read(): RingRecord | undefined {
    const head = Atomics.load(this.#state, HEAD)
    let tail = Atomics.load(this.#state, TAIL)
    if (head === tail) return undefined
    let length = this.#words[tail / 4] ?? SKIP
    if (length === SKIP) {
      tail = 0
      this.#advance(0)
      if (head === 0) return undefined
      length = this.#words[0] ?? 0
    }
    const kind = this.#words[tail / 4 + 1] ?? 0
    const execution = this.#words[tail / 4 + 2] ?? 0
    const body = tail + HEADER_BYTES
    const text = this.#bytes.toString('utf8', body, body + length)
    const next = aligned(body + length)
    this.#advance(next === this.#bytes.length ? 0 : next)
    return { kind: (kind & 255) as RecordKind, execution, text, more: (kind & 256) !== 0 }
  }

  /** Settles when there is something to read, or after so long. */
  async readable(timeoutMs: number): Promise<void> {
    const head = Atomics.load(this.#state, HEAD)
    if (head !== Atomics.load(this.#state, TAIL)) return
    await waitAsync(this.#state, HEAD, head, timeoutMs).value
  }

  #advance(tail: number): void {
    Atomics.store(this.#state, TAIL, tail)
    Atomics.notify(this.#state, TAIL)
  }
}

/** In Node since 16, in TypeScript's library only from ES2024 on. */
const { waitAsync } = Atomics as unknown as {
  waitAsync: (
    array: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ) => { readonly value: Promise<string> | string }
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
