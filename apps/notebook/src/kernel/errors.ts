import { CodedError } from '@spcs/errors'

export type KernelErrorCode =
  | 'KERNEL_START_FAILED' // its process ended before it was ready
  | 'KERNEL_ENDED' // the kernel has ended; what was asked of it has no answer
  | 'KERNEL_BUSY' // it cannot answer now

/** A fault of a kernel itself, not of the code that it runs. */
export class KernelError extends CodedError<KernelErrorCode> {}
