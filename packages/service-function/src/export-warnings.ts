import type { ExportObserver } from './otlp-exporter.ts'

/** Where it is told that metrics do not arrive: a pino logger, such as `app.log`. */
export interface ExportLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

const PAUSE_MS = 60_000

/**
 * Tells of a failed export at once, then once a minute at most and how many there were meanwhile; and of the first that
 * succeeds again.
 */
export class ExportWarnings implements ExportObserver {
  readonly #logger: ExportLogger
  readonly #endpoint: string
  #toldAt = -Infinity
  #failures = 0
  #isTold = false

  constructor(logger: ExportLogger, endpoint: string) {
    this.#logger = logger
    this.#endpoint = endpoint
  }

  failed(error: Error): void {
    this.#failures += 1
    if (performance.now() - this.#toldAt < PAUSE_MS) return
    const fields = { endpoint: this.#endpoint, failures: this.#failures, err: error }
    this.#logger.warn(fields, 'metrics cannot be exported')
    this.#toldAt = performance.now()
    this.#failures = 0
    this.#isTold = true
  }

  succeeded(): void {
    if (!this.#isTold) return
    this.#logger.info({ endpoint: this.#endpoint }, 'metrics are exported again')
    this.#isTold = false
  }
}
