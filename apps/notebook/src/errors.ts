import { CodedError } from '@spcs/errors'

export type ServerErrorCode =
  | 'CONFIG_INVALID' // an environment variable cannot be used
  | 'STATE_DIRECTORY_UNSAFE' // someone else can read or write the folder for journals
  | 'STATE_DIRECTORY_IN_USE' // another server has the same folder for journals
  | 'PORT_IN_USE' // something else listens on PORT
  | 'ADDRESS_UNUSABLE' // HOST is no address of this machine, or PORT is not for this user
  | 'NOT_SIGNED_IN' // no session, no token, or no identity from the ingress
  | 'HOST_REFUSED' // the Host header names another server: DNS rebinding
  | 'ORIGIN_REFUSED' // another site's page asks
  | 'HEADER_MISSING' // a changing call without `x-spcs-notebook: 1`
  | 'NOT_FOUND' // no such address
  | 'METHOD_REFUSED' // a socket where there is none, or the other way round
  | 'REQUEST_INVALID' // a body, query or message of another shape
  | 'BODY_TYPE_REFUSED' // a body that is not JSON
  | 'BODY_TOO_LARGE' // more than the address takes
  | 'PATH_REFUSED' // a path that leaves the notebooks' folder, or a hidden one
  | 'FILE_MISSING' // no file or folder there
  | 'FILE_EXISTS' // something is there already
  | 'FILE_KIND_WRONG' // a folder where a file was asked for, or the other way round
  | 'FOLDER_NOT_EMPTY' // only an empty folder can be deleted
  | 'FILE_CHANGED' // what was read back is not what was written
  | 'UPLOAD_ABORTED' // the client went away before its file was whole
  | 'SHELLS_OFF' // shells were not asked for
  | 'SHELLS_TOO_MANY' // as many run as may
  | 'SHELL_MISSING' // no such shell of this user
  | 'CLIENT_TAKEN' // another user has this client id
  | 'PROTOCOL_ERROR' // a message that the socket does not know
  | 'RESULT_GONE' // the rows of a result are not here any more, or damaged
  | 'REQUEST_ABORTED' // the client went away, or the server ends, before there was an answer
  | 'KERNEL_NOT_YOURS' // the kernel runs with another user's rights

/** Why the notebook's server does not start, or does not do what it was asked. */
export class ServerError extends CodedError<ServerErrorCode> {}
