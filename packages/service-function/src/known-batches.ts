import type { AnswerBody } from './encode-answer.ts'

/** What an entry takes beside the bytes of its answer. */
const ENTRY_BYTES = 512

interface KnownBatch {
  /** A checksum of its body: a batch id that comes with other rows is another batch. */
  readonly checksum: number
  /** The answer, or the promise of it while the batch runs. */
  readonly answer: AnswerBody | Promise<AnswerBody>
}

/**
 * Batches by their id, so that one that comes again, as every batch may, is not computed again: while it runs it is joined,
 * afterwards its answer is kept for a while. A batch that failed is forgotten.
 *
 * Answers are forgotten by the half: the newest fill one map, the older ones lie in another, which is dropped when the
 * first is full. To take single entries from the front of a large map would cost a walk over all that were taken before.
 */
export class KnownBatches {
  readonly #bytesOfHalf: number
  readonly #running = new Map<string, KnownBatch>()
  #newer = new Map<string, KnownBatch>()
  #older = new Map<string, KnownBatch>()
  #bytes = 0

  /** @param mostBytes The room for answers with what keeping them takes; 0 keeps none. */
  constructor(mostBytes: number) {
    this.#bytesOfHalf = mostBytes / 2
  }

  /** The answer to a batch, or the promise of it; undefined for one that has to be computed. */
  find(id: string, checksum: number): AnswerBody | Promise<AnswerBody> | undefined {
    const known = this.#running.get(id) ?? this.#newer.get(id) ?? this.#older.get(id)
    return known?.checksum === checksum ? known.answer : undefined
  }

  /** Remembers a batch that runs, and once it is answered its answer. */
  run(id: string, checksum: number, answer: Promise<AnswerBody>): void {
    const known = { checksum, answer }
    this.#running.set(id, known)
    const onEnd = (): void => {
      if (this.#running.get(id) === known) this.#running.delete(id)
    }
    answer.then((bytes) => this.keep(id, checksum, bytes)).then(onEnd, onEnd)
  }

  /** Keeps an answer. */
  keep(id: string, checksum: number, answer: AnswerBody): void {
    const size = ENTRY_BYTES + answer.length
    if (size > this.#bytesOfHalf) return
    this.#bytes += size
    if (this.#bytes > this.#bytesOfHalf) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#bytes = size
    }
    this.#newer.set(id, { checksum, answer })
  }
}
