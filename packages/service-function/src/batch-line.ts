import { BatchFields, printBatchFields, type Refusal } from './batch-fields.ts'
import { cutLogLine, isTooLong } from './cut-log-line.ts'
import type { UnprintedLine } from './line-buffer.ts'
import { printTimestamp } from './print-timestamp.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** The line of one batch for the event table, of which nothing is printed before it is written. */
export class BatchLine implements UnprintedLine {
  readonly #time = Date.now()
  readonly #scope: string
  readonly #batch: ReceivedBatch
  readonly #status: number
  readonly #seconds: number
  readonly #refusal: Refusal | undefined

  /** @param scope What stands between the time and the attributes. */
  constructor(
    scope: string,
    batch: ReceivedBatch,
    status: number,
    seconds: number,
    refusal: Refusal | undefined,
  ) {
    this.#scope = scope
    this.#batch = batch
    this.#status = status
    this.#seconds = seconds
    this.#refusal = refusal
  }

  print(): string {
    const fields = new BatchFields(this.#batch, this.#status, this.#seconds, this.#refusal)
    const line = `{"severity_text":"INFO"${printTimestamp(this.#time)}${this.#scope}${printBatchFields(fields)}},"body":"batch"}\n`
    return isTooLong(line) ? cutLogLine(line) : line
  }
}
