import { CodedError } from '@spcs/errors'

export type LanguageErrorCode =
  | 'LANGUAGE_SERVER_MISSING' // TypeScript's program for this system is not installed
  | 'LANGUAGE_SERVER_ENDED' // it ended by itself, and once more after it was started again
  | 'LANGUAGE_SERVER_FAILED' // it refused a request, or did not answer in time
  | 'RENAME_REFUSED' // what stands there cannot be renamed, or not to this name

/** Why the language server does not answer. */
export class LanguageError extends CodedError<LanguageErrorCode> {}
