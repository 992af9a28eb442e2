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

  /** Tells whether one batch more may be taken. One that is alone may whatever its size. */
  hasRoom(bytes: number): boolean {
    const { batches: mostBatches, bytes: mostBytes } = this.#limits
    return this.#batches === 0 || (this.#batches < mostBatches && this.#bytes + bytes <= mostBytes)
  }

  /**
   * Counts one batch more.
   *
   * @throws {ServiceFunctionError} `TOO_BUSY` when there are too many; Snowflake then sends more slowly.
   */
  enter(bytes: number): void {
    if (!this.hasRoom(bytes)) throw tooBusy(this.#batches, this.#bytes)
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
