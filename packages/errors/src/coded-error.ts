/** What an error may carry besides its code and message. */
export interface CodedErrorOptions {
  /** One imperative sentence: what the reader should do next. */
  readonly hint?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * An error with a stable code, a message that says what happened, and a hint that says what to do.
 * Every package extends it once, with the closed union of its own codes.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code
  readonly hint: string | undefined

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
  }
}
