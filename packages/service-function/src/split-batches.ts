/** Rows in pieces of at most `maxBatchRows`, in order; no rows are no batches. */
export function splitBatches<Row>(rows: readonly Row[], maxBatchRows: number): (readonly Row[])[] {
  if (!(maxBatchRows >= 1)) throw new RangeError(`maxBatchRows is ${maxBatchRows}, not 1 or more`)
  const batches: (readonly Row[])[] = []
  for (let start = 0; start < rows.length; start += maxBatchRows) {
    batches.push(rows.slice(start, start + maxBatchRows))
  }
  return batches
}
