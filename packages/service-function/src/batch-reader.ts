import { decodeBatch } from './decode-batch.ts'
import type { ServiceFunction } from './define-service-function.ts'
import { maybeReadNumbers } from './read-numbers.ts'
import type { ReceivedBatch } from './received-batch.ts'
import { rowReader } from './row-reader.ts'
import { codecOf, type ExactNumbers } from './value-codec.ts'

/** The rows of a batch, checked and turned into what handlers take: their numbers, and a column for each argument. */
export interface Batch {
  readonly rowNumbers: readonly number[]
  readonly columns: readonly (readonly unknown[])[]
}

/**
 * Reads the batches of a function: numbers straight from the bytes, everything else as JSON. It says how many rows came
 * before it looks at one.
 *
 * The reader throws a {@link ServiceFunctionError} for a body or a row that is not what the definition says.
 */
export function batchReader(
  definition: ServiceFunction,
): (body: Buffer, received: Pick<ReceivedBatch, 'rows'>) => Batch {
  const exact = exactNumbersOf(definition)
  const isPlain = takesPlainNumbers(definition)
  const readRow = rowReader(definition, exact)
  const width = definition.arguments.length

  return (body, received) => {
    const batch = isPlain ? maybeReadNumbers(body, width) : undefined
    if (batch !== undefined) {
      received.rows = batch.rowNumbers.length
      return batch
    }
    const rows = decodeBatch(body, exact)
    received.rows = rows.length
    const rowNumbers: number[] = []
    const columns: unknown[][] = definition.arguments.map(() => [])
    let index = 0
    for (const row of rows) rowNumbers.push(readRow(row, index++, columns))
    return { rowNumbers, columns }
  }
}

/** True when all arguments are numbers that a double holds. */
function takesPlainNumbers(definition: ServiceFunction): boolean {
  return definition.arguments.every(
    ({ type }) =>
      type.kind === 'FLOAT' || (type.kind === 'NUMBER' && codecOf(type).exact === 'none'),
  )
}

/** Which numbers must keep more than a double holds: what the pickiest of the arguments needs. */
function exactNumbersOf(definition: ServiceFunction): ExactNumbers {
  const needs = definition.arguments.map(({ type }) => codecOf(type).exact)
  return needs.includes('decimals') ? 'decimals' : needs.includes('integers') ? 'integers' : 'none'
}
