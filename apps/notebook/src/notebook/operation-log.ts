import type { AppliedOperation } from '../protocol.ts'

const MOST_OPERATIONS = 5_000
const MOST_CHARACTERS = 16_000_000

/** The last operations, for pages that come back: each with its sequence number, without gaps. */
export class OperationLog {
  #entries: { readonly applied: AppliedOperation; readonly characters: number }[] = []
  #characters = 0
  #last: number

  /** @param last Sequence number that the first operation follows. */
  constructor(last: number) {
    this.#last = last
  }

  /** Sequence number of the newest operation. */
  get last(): number {
    return this.#last
  }

  add(applied: AppliedOperation, characters: number): void {
    this.#entries.push({ applied, characters })
    this.#characters += characters
    this.#last++
    if (this.#entries.length <= MOST_OPERATIONS && this.#characters <= MOST_CHARACTERS) return
    // Half is dropped at once, so that a long log is not moved for each operation.
    const dropped = this.#entries.splice(0, Math.ceil(this.#entries.length / 2))
    for (const entry of dropped) this.#characters -= entry.characters
  }

  /** What came after a sequence number; undefined when some of it is forgotten or has not happened. */
  since(sequence: number): readonly AppliedOperation[] | undefined {
    const missed = this.#last - sequence
    if (missed < 0 || missed > this.#entries.length) return undefined
    return missed === 0 ? [] : this.#entries.slice(-missed).map(({ applied }) => applied)
  }
}
