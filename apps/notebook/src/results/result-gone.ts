import { ServerError } from '../errors.ts'

/** There are no such rows any more: the page shows the first ones, which the notebook keeps. */
export function gone(cause?: unknown): ServerError {
  return new ServerError('RESULT_GONE', 'Cannot read the rows of this result: they are gone', {
    hint: 'Run the cell again',
    cause,
  })
}

/** Whatever is wrong with the file, the remedy is the same as when it is gone. */
export function damaged(cause?: unknown): ServerError {
  return new ServerError('RESULT_GONE', 'Cannot read the rows of this result: they are damaged', {
    hint: 'Run the cell again',
    cause,
  })
}
