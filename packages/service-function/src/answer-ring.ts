import {
  AnswerRingHalf,
  type AnswerRingHalfSize,
  sizeOfHalf,
  wordsOfEntry,
} from './answer-ring-half.ts'
import { AnswerRingKey } from './answer-ring-key.ts'
import type { AnswerBody } from './encode-answer.ts'

/**
 * The answers of the last batches, by the half: the newest fill one, the older ones lie in another, which is emptied and
 * filled anew when the first is full. Nothing is reserved for a half before it is needed.
 */
export class AnswerRing {
  readonly #size: AnswerRingHalfSize
  readonly #key: AnswerRingKey
  #newer: AnswerRingHalf | undefined
  #older: AnswerRingHalf | undefined

  /** @param mostBytes The room for answers with what keeping them takes; 0 keeps none. */
  constructor(mostBytes: number, key: AnswerRingKey = new AnswerRingKey()) {
    this.#size = sizeOfHalf(Math.floor(mostBytes / 2))
    this.#key = key
  }

  /** A copy of the answer that was kept last for a batch. */
  find(id: string, checksum: number): Buffer | undefined {
    if (this.#newer === undefined || !this.#key.pack(id, checksum)) return undefined
    return this.#newer.find(this.#key) ?? this.#older?.find(this.#key)
  }

  /** Keeps an answer, unless it is larger than a half. */
  keep(id: string, checksum: number, answer: AnswerBody): void {
    if (!this.#key.pack(id, checksum)) return
    const words = wordsOfEntry(this.#key, answer)
    if (words > this.#size.words) return
    if (this.#newer?.hasRoomFor(words) !== true) this.#newer = this.#turn()
    this.#newer.keep(this.#key, answer)
  }

  /** The newer half becomes the older one, and the older one is emptied to be the newer. */
  #turn(): AnswerRingHalf {
    this.#older?.clear()
    const emptied = this.#older ?? new AnswerRingHalf(this.#size)
    this.#older = this.#newer
    return emptied
  }
}
