import { CodedError } from '@spcs/errors'

export type ConvertApiErrorCode =
  | 'CONFIG_INVALID' // an environment variable cannot be used
  | 'PORT_IN_USE' // something else listens on PORT
  | 'ADDRESS_UNUSABLE' // HOST is no address of this machine, or PORT is not for this user

/** Why convert-api does not start. */
export class ConvertApiError extends CodedError<ConvertApiErrorCode> {}
