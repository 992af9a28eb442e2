import { ServerError } from '../connection/server-api.ts'

/** The file with the rows is not here any more: another server, or a notebook from elsewhere. */
export function isGone(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'RESULT_GONE'
}

/** What went wrong and what to do, in one line. */
export function readProblem(error: unknown): string {
  if (!(error instanceof ServerError)) return String(error)
  if (isGone(error)) return 'The rows are not here any more. Run the cell again to see them.'
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}.`
}
