import type { CellSource } from './cell-code.ts'

/** Something that runs or has run: of a cell, or of the terminal. */
export interface Execution extends CellSource {
  readonly executionId: string
  readonly startedAt: number
  readonly count: number
  isInterrupted: boolean
  isFinished: boolean
  /** Ends its interruption. */
  stopInterruption: (() => void) | undefined
}
