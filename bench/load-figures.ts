/** What a load generator counted. */
export interface LoadFigures {
  /** Requests that were answered, whatever the status. */
  readonly answers: number
  readonly seconds: number
  /** Answers with a status other than 200. */
  readonly refused: number
  /** Requests that were never answered. */
  readonly broken: number
}

/** The figures in what a load generator printed: the last line. */
export function parseLoadFigures(printed: string): LoadFigures {
  const line = printed.trim().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(line) as LoadFigures
  } catch {
    throw new Error(`the load generator ended without figures, with the line "${line}"`)
  }
}

/** Rows per second of a load in which every request was answered by 200; a figure of other answers is none. */
export function rowsPerSecond(server: string, rows: number, figures: LoadFigures): number {
  const { answers, seconds, refused, broken } = figures
  if (refused > 0 || broken > 0) {
    throw new Error(
      `${server} at batches of ${rows}: ${answers} answers, ${refused} of them not 200, and ${broken} requests without`,
    )
  }
  return (answers * rows) / seconds
}
