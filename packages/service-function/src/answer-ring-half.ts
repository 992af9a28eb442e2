import type { AnswerRingKey } from './answer-ring-key.ts'
import type { AnswerBody } from './encode-answer.ts'

const WORD_BYTES = 4
/** Few entries take less than two times as much: the bytes are used up before half of the slots are. */
const BYTES_PER_SLOT = 64
/** The hash of a key and the place of its entry, or 0 for none. */
const SLOT_WORDS = 2
/**
 * So many slots are looked at, then the last is taken from the answer that has it. Ids are chosen by whoever reaches the
 * endpoint, maybe to have one hash: its seed, which they do not know, makes that hard, and this bounds what it costs.
 */
const MOST_PROBES = 32

/** How large a half is. */
export interface AnswerRingHalfSize {
  readonly slots: number
  /** For entries. */
  readonly words: number
}

/** The size of a half that takes at most so many bytes; nothing fits into one that has no slot. */
export function sizeOfHalf(bytes: number): AnswerRingHalfSize {
  if (bytes < BYTES_PER_SLOT) return { slots: 0, words: 0 }
  const slots = 2 ** Math.floor(Math.log2(bytes / BYTES_PER_SLOT))
  return { slots, words: Math.floor(bytes / WORD_BYTES) - slots * SLOT_WORDS - 1 }
}

/** The words of an entry: the length of the answer in bytes, the key, the answer. */
export function wordsOfEntry(key: AnswerRingKey, answer: AnswerBody): number {
  return 1 + key.length + Math.ceil(answer.length / WORD_BYTES) // what is text takes a byte for each character
}

/**
 * Answers one behind another, and a table that leads from the hash of a key to the place of its entry. All of it is
 * bytes, out of the collector's sight: it would copy objects again and again.
 */
export class AnswerRingHalf {
  readonly #table: Int32Array
  readonly #slots: number
  readonly #bytes: Buffer
  readonly #words: Int32Array // the same memory
  #taken = 0
  #end = 1 // 0 is no place

  constructor({ slots, words }: AnswerRingHalfSize) {
    this.#table = new Int32Array(slots * SLOT_WORDS)
    this.#slots = slots
    this.#bytes = Buffer.allocUnsafeSlow((1 + words) * WORD_BYTES)
    this.#words = new Int32Array(this.#bytes.buffer)
  }

  /** A copy of the answer: the half may be filled anew while it is sent. */
  find(key: AnswerRingKey): Buffer | undefined {
    const slot = this.#slotOf(key)
    if (!this.#isAt(slot, key)) return undefined
    const place = this.#placeAt(slot)
    const start = (place + 1 + key.length) * WORD_BYTES
    return Buffer.from(this.#bytes.subarray(start, start + (this.#words[place] as number)))
  }

  /** Whether an entry of so many words fits in. Half of the slots stay free: without them, many would be looked at. */
  hasRoomFor(words: number): boolean {
    return this.#end + words <= this.#words.length && this.#taken * 2 < this.#slots
  }

  /** Keeps an answer that there is room for. */
  keep(key: AnswerRingKey, answer: AnswerBody): void {
    const words = this.#words
    const place = this.#end
    words[place] = answer.length
    for (let index = 0; index < key.length; index += 1) {
      words[place + 1 + index] = key.words[index] as number
    }
    const start = (place + 1 + key.length) * WORD_BYTES
    copyTo(this.#bytes, start, answer)
    this.#end += wordsOfEntry(key, answer)

    const slot = this.#slotOf(key)
    if (this.#placeAt(slot) === 0) this.#taken += 1
    this.#table[slot * SLOT_WORDS] = key.hash
    this.#table[slot * SLOT_WORDS + 1] = place
  }

  /** Forgets all answers. */
  clear(): void {
    this.#table.fill(0)
    this.#taken = 0
    this.#end = 1
  }

  /** The slot that has the key or is free for it; after many that others have, the last of these. */
  #slotOf(key: AnswerRingKey): number {
    const last = this.#slots - 1 // in bits all ones, for slots are a power of two
    let slot = key.hash & last
    for (let probe = 1; probe < MOST_PROBES; probe += 1) {
      if (this.#placeAt(slot) === 0 || this.#isAt(slot, key)) break
      slot = (slot + 1) & last
    }
    return slot
  }

  #placeAt(slot: number): number {
    return this.#table[slot * SLOT_WORDS + 1] as number
  }

  #isAt(slot: number, key: AnswerRingKey): boolean {
    const place = this.#placeAt(slot)
    if (place === 0 || this.#table[slot * SLOT_WORDS] !== key.hash) return false
    for (let index = 0; index < key.length; index += 1) {
      if (this.#words[place + 1 + index] !== key.words[index]) return false
    }
    return true
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
