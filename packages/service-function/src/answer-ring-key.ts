import { randomBytes } from 'node:crypto'

/** The answer to a batch with a longer id is not kept. */
const MOST_ID_LENGTH = 1024
/** The checksum, and the length of the id. */
const HEAD_WORDS = 2

/**
 * What an answer is found by: the id of its batch and the checksum of the batch's body, as words of 32 bits and their
 * hash. One key is packed anew for each batch.
 */
export class AnswerRingKey {
  /** The first `length` of them are the key. */
  readonly words: Int32Array = new Int32Array(HEAD_WORDS + MOST_ID_LENGTH / 4)
  length = 0
  hash = 0
  readonly #idBytes = Buffer.from(this.words.buffer, HEAD_WORDS * 4)
  readonly #seed = randomBytes(4).readInt32LE()
  #id: string | undefined
  #checksum = 0

  /**
   * Packs an id and a checksum, unless they are what was packed last: a batch is first looked for, then kept.
   *
   * @param id As it came in a header, whose characters are bytes to Node.
   * @returns False for an id that is too long.
   */
  pack(id: string, checksum: number): boolean {
    if (checksum === this.#checksum && id === this.#id) return true
    if (id.length > MOST_ID_LENGTH) return false
    const { words } = this
    const length = HEAD_WORDS + Math.ceil(id.length / 4)
    words[length - 1] = 0 // where the id ends within a word
    words[0] = checksum
    words[1] = id.length
    const bytes = this.#idBytes
    for (let at = 0; at < id.length; at += 1) bytes[at] = id.charCodeAt(at)
    let hash = this.#seed
    for (let index = 0; index < length; index += 1) hash = mix(hash, words[index] as number)
    this.hash = mix(hash, 0)
    this.length = length
    this.#id = id
    this.#checksum = checksum
    return true
  }
}

/** The product carries what differs to the higher bits, the shift brings it back to the lower ones. */
function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}
