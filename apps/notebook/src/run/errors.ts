import { CodedError } from '@spcs/errors'

export type RunErrorCode =
  | 'PARAMETER_INVALID' // `-p` without a name that a variable can have, or with one name twice, or a value of another type
  | 'PARAMETER_UNKNOWN' // the parameters cell does not declare it
  | 'NOTHING_TO_RUN' // all code is in languages that do not run here
  | 'CELL_FAILED' // a cell threw; the cells after it have not run
  | 'CELL_TIMED_OUT' // a cell took longer than it may
  | 'INPUT_UNAVAILABLE' // a cell asks somebody, and nobody is here to answer
  | 'KERNEL_LOST' // the kernel ended under a cell
  | 'RUN_INTERRUPTED' // Ctrl-C: the running cell was interrupted
  | 'NOTEBOOK_CHANGED' // somebody wrote the file while its cells ran; the outputs are in another file

/** Why a run of a notebook without a page did not come to its end. */
export class RunError extends CodedError<RunErrorCode> {}
