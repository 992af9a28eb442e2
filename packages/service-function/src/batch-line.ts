import { type BatchFields, printBatchFields } from './batch-fields.ts'
import { cutLogLine, isTooLong } from './cut-log-line.ts'
import type { UnprintedLine } from './line-buffer.ts'
import { printTimestamp } from './print-timestamp.ts'

/** The line of one batch for the event table, of which nothing is printed before it is written. */
export class BatchLine implements UnprintedLine {
  readonly #time = Date.now()
  readonly #scope: string
  readonly #fields: BatchFields

  /** @param scope What stands between the time and the attributes. */
  constructor(scope: string, fields: BatchFields) {
    this.#scope = scope
    this.#fields = fields
  }

  print(): string {
    const line = `{"severity_text":"INFO"${printTimestamp(this.#time)}${this.#scope}${printBatchFields(this.#fields)}},"body":"batch"}\n`
    return isTooLong(line) ? cutLogLine(line) : line
  }
}
