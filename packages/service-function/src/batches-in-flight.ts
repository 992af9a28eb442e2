import { ServiceFunctionError } from './errors.ts'

export interface InFlightLimits {
  readonly batches: number
  /** Of request bodies, as their senders announce them. */
  readonly bytes: number
}

/** Counts the batches that are read or computed, and refuses further ones when there are too many. */
export class BatchesInFlight {
  readonly #limits: InFlightLimits
  #batches = 0
  #bytes = 0

  constructor(limits: InFlightLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#batches
  }

  /**
   * Counts one batch more. One that is alone is taken whatever its size.
   *
   * @throws {ServiceFunctionError} `TOO_BUSY` when there are too many; Snowflake then sends more slowly.
   */
  enter(bytes: number): void {
    const { batches: mostBatches, bytes: mostBytes } = this.#limits
    const isFull = this.#batches >= mostBatches || this.#bytes + bytes > mostBytes
    if (isFull && this.#batches > 0) throw tooBusy(this.#batches, this.#bytes)
    this.#batches += 1
    this.#bytes += bytes
  }

  /** Counts it no more. */
  leave(bytes: number): void {
    this.#batches -= 1
    this.#bytes -= bytes
  }
}

function tooBusy(batches: number, bytes: number): ServiceFunctionError {
  return new ServiceFunctionError(
    'TOO_BUSY',
    `Cannot take batch: ${batches} of ${bytes} bytes are being answered`,
    { hint: 'Send it again in a while, as Snowflake does, or let the service run more instances' },
  )
}
