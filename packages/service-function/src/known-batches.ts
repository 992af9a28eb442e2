import type { AnswerBody } from './encode-answer.ts'

/** What an entry takes beside the bytes of its answer. */
const ENTRY_BYTES = 256

interface RunningBatch {
  readonly checksum: number
  readonly answer: Promise<AnswerBody>
}

/** Where the answer to a batch lies. */
interface KeptAnswer {
  readonly checksum: number
  readonly start: number
  readonly end: number
}

/** Answers in a row, out of the collector's sight: as objects they would be copied by it again and again. */
interface Half {
  readonly bytes: Buffer
  readonly answers: Map<string, KeptAnswer>
}

/**
 * Batches by their id, so that one that comes again, as every batch may, is not computed again: while it runs it is joined,
 * afterwards its answer is kept for a while. A batch that failed is forgotten.
 *
 * Answers are forgotten by the half: the newest fill one, the older ones lie in another, which is emptied when the first
 * is full. To take single entries from the front of a large map would cost a walk over all that were taken before.
 */
export class KnownBatches {
  readonly #bytesOfHalf: number
  readonly #running = new Map<string, RunningBatch>()
  #newer: Half | undefined
  #older: Half | undefined
  #used = 0

  /** @param mostBytes The room for answers with what keeping them takes; 0 keeps none. */
  constructor(mostBytes: number) {
    this.#bytesOfHalf = Math.floor(mostBytes / 2)
  }

  /**
   * The answer to a batch, or the promise of it; undefined for one that has to be computed.
   *
   * @param checksum Of its body: a batch id that comes with other rows is another batch.
   */
  find(id: string, checksum: number): AnswerBody | Promise<AnswerBody> | undefined {
    const running = this.#running.size > 0 ? this.#running.get(id) : undefined
    if (running?.checksum === checksum) return running.answer
    return maybeAnswer(this.#newer, id, checksum) ?? maybeAnswer(this.#older, id, checksum)
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

  /** Keeps an answer. */
  keep(id: string, checksum: number, answer: AnswerBody): void {
    const { length } = answer // of bytes, for what is text takes one a character
    const size = length + ENTRY_BYTES
    if (size > this.#bytesOfHalf) return
    if (this.#newer === undefined || this.#used + size > this.#bytesOfHalf) this.#turn()
    const half = this.#newer as Half
    const start = this.#used
    copyTo(half.bytes, start, answer)
    half.answers.set(id, { checksum, start, end: start + length })
    this.#used += size
  }

  /** The newer half becomes the older one, whose memory is used again. */
  #turn(): void {
    const bytes = this.#older?.bytes ?? Buffer.allocUnsafeSlow(this.#bytesOfHalf)
    this.#older = this.#newer
    this.#newer = { bytes, answers: new Map() }
    this.#used = 0
  }
}

/** To enter the engine for a short text takes longer than to copy it. */
const MOST_COPIED = 128

function copyTo(bytes: Buffer, start: number, answer: AnswerBody): void {
  if (typeof answer !== 'string') answer.copy(bytes, start)
  else if (answer.length > MOST_COPIED) bytes.write(answer, start, 'latin1')
  else {
    for (let at = 0; at < answer.length; at += 1) bytes[start + at] = answer.charCodeAt(at)
  }
}

/** A copy: the half may be filled anew while it is sent. */
function maybeAnswer(half: Half | undefined, id: string, checksum: number): Buffer | undefined {
  const kept = half?.answers.get(id)
  if (half === undefined || kept?.checksum !== checksum) return undefined
  return Buffer.from(half.bytes.subarray(kept.start, kept.end))
}
