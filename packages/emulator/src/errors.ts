import { CodedError } from '@spcs/errors'

export type EmulatorErrorCode =
  | 'PORT_IN_USE' // something else listens on the port that the account was given
  | 'STATE_IN_USE' // another running account holds the state directory
  | 'STATE_FORMAT_UNKNOWN' // the state directory was written by a newer version
  | 'LISTEN_REFUSED' // a non-loopback address was asked for while the default password stands
  | 'ENGINE_UNREACHABLE' // containers are to run in a container engine, and none answers
  | 'OPTION_INVALID' // an option of startEmulator() has an impossible value

/** A fault in starting or stopping the local account; what SQL users see is a SnowflakeError. */
export class EmulatorError extends CodedError<EmulatorErrorCode> {}
