import type { Readable } from 'node:stream'

/** So many rows at most are handed over at once, and waited for in the driver. */
export const MOST_ROWS_OF_BATCH = 1000

/**
 * What a stream of objects has, as many at a time as are there: waiting for each row alone would take longer than
 * reading it. The stream is destroyed when the loop is left.
 */
export async function* rowBatches<Row>(stream: Readable): AsyncGenerator<readonly Row[]> {
  let failure: { readonly error: unknown } | undefined
  let isEnded = false
  let wake = (): void => undefined
  // They are there from first to last: the driver's stream tells errors at any time, and does not keep them.
  stream.on('error', (error) => {
    failure ??= { error }
    wake()
  })
  stream.on('end', () => {
    isEnded = true
    wake()
  })
  stream.on('close', () => {
    // Rows that are missing are not to look like an end.
    if (!isEnded) failure ??= { error: new Error('the rows ended too early') }
    wake()
  })
  stream.on('readable', () => wake())
  try {
    for (;;) {
      if (failure !== undefined) throw failure.error
      const rows: Row[] = []
      while (rows.length < MOST_ROWS_OF_BATCH) {
        const row = stream.read() as Row | null
        if (row === null) break
        rows.push(row)
      }
      if (rows.length > 0) yield rows
      else if (isEnded) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stream.destroy()
  }
}
