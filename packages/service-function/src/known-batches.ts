import { AnswerRing } from './answer-ring.ts'
import type { AnswerBody } from './encode-answer.ts'

interface RunningBatch {
  readonly checksum: number
  readonly answer: Promise<AnswerBody>
}

/**
 * Batches by their id, so that one that comes again, as every batch may, is not computed again: while it runs it is joined,
 * afterwards its answer is kept for a while. A batch that failed is forgotten.
 */
export class KnownBatches {
  readonly #running = new Map<string, RunningBatch>()
  readonly #answers: AnswerRing

  /** @param mostBytes The room for answers with what keeping them takes; 0 keeps none. */
  constructor(mostBytes: number) {
    this.#answers = new AnswerRing(mostBytes)
  }

  /**
   * The answer to a batch, or the promise of it; undefined for one that has to be computed.
   *
   * @param checksum Of its body: a batch id that comes with other rows is another batch.
   */
  find(id: string, checksum: number): AnswerBody | Promise<AnswerBody> | undefined {
    const running = this.#running.size > 0 ? this.#running.get(id) : undefined
    if (running?.checksum === checksum) return running.answer
    return this.#answers.find(id, checksum)
  }

  /** Remembers a batch that runs, and once it is answered its answer. */
  run(id: string, checksum: number, answer: Promise<AnswerBody>): void {
    const running = { checksum, answer }
    this.#running.set(id, running)
    const onEnd = (): void => {
      if (this.#running.get(id) === running) this.#running.delete(id)
    }
    answer.then((body) => this.keep(id, checksum, body)).then(onEnd, onEnd)
  }

  /** Keeps an answer, unless it takes more than half of the room. */
  keep(id: string, checksum: number, answer: AnswerBody): void {
    this.#answers.keep(id, checksum, answer)
  }
}
