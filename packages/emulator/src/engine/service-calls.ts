import {
  ANY,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBScalarFunction,
  type DuckDBVector,
  DOUBLE,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import { CallSite, type CallSiteOptions } from './call-site.ts'

/**
 * The service calls of one statement. DuckDB cannot wait for HTTP, so a statement with calls is run several
 * times: in a pass, calls whose answers are not there yet give NULL and are written down; their rows are
 * sent; then comes the next pass. A call whose arguments hang on calls of this pass is left for a later one
 * (its level is higher), so that nothing is sent that a wrong NULL made up.
 */
export class ServiceCalls {
  readonly id: number
  readonly #sites: CallSite[] = []
  #level = 0
  #postponed = false

  constructor() {
    this.id = nextId
    nextId += 1
  }

  get sites(): readonly CallSite[] {
    return this.#sites
  }

  /** Adds a call of the statement's text, and gives its number. */
  add(options: CallSiteOptions): number {
    running.set(this.id, this)
    this.#sites.push(new CallSite(options))
    return this.#sites.length - 1
  }

  /** Begins a pass: every answer may be taken once more, by one row each. */
  beginPass(): void {
    this.#postponed = false
    for (const site of this.#sites) site.beginPass()
  }

  /** True when the last pass met no call without an answer: its result is the statement's. */
  get complete(): boolean {
    return !this.#postponed && this.#sites.every((site) => site.waiting.length === 0)
  }

  /** Lets the next pass write down calls of one level more. */
  raiseLevel(): void {
    this.#level += 1
  }

  /** Forgets the statement; a call of it that still runs gives NULL. */
  close(): void {
    running.delete(this.id)
  }

  /** The site, if it may be called at the present level. */
  reach(site: number): CallSite | undefined {
    const reached = this.#sites[site]
    if (reached !== undefined && reached.level <= this.#level) return reached
    this.#postponed = true
    return undefined
  }
}

const running = new Map<number, ServiceCalls>()
let nextId = 1

/** The two functions that calls are printed as: for FLOAT results, and for all others as text. */
export const CALL_FLOAT = 'sf_call_float'
export const CALL_TEXT = 'sf_call_text'

/** Registers both, once for the instance; they are visible on all of its connections. */
export function registerServiceCalls(connection: DuckDBConnection): void {
  for (const [name, returnType] of [
    [CALL_FLOAT, DOUBLE],
    [CALL_TEXT, VARCHAR],
  ] as const) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        returnType,
        parameterTypes: [INTEGER, INTEGER],
        varArgsType: ANY,
        // NULL arguments must reach us, and no call may be folded into another or run while planning.
        specialHandling: true,
        volatile: true,
        mainFunction: (_info, chunk, output) => answerChunk(chunk, output),
      }),
    )
  }
}

function answerChunk(chunk: DuckDBDataChunk, output: DuckDBVector): void {
  const rows = chunk.rowCount
  const calls = running.get(Number(chunk.getColumnVector(0).getItem(0)))
  const site = calls?.reach(Number(chunk.getColumnVector(1).getItem(0)))
  if (site === undefined) {
    for (let row = 0; row < rows; row += 1) output.setItem(row, null)
  } else {
    const columns: DuckDBVector[] = []
    for (let index = 2; index < chunk.columnCount; index += 1) {
      columns.push(chunk.getColumnVector(index))
    }
    site.answer(columns, rows, output)
  }
  output.flush()
}
