import { CodedError } from '@spcs/errors'

export type CliErrorCode =
  | 'USAGE' // a verb or option that does not exist, or one that lacks its value
  | 'LOCAL_ACCOUNT_NOT_RUNNING' // no --connection was given, and no local account runs here
  | 'SPEC_INVALID' // a specification that Snowflake would refuse; nothing has been touched
  | 'PREPARE_FAILED' // the npm script that makes an app's assets failed
  | 'UNEXPECTED_RESULT' // SQL answered, but not what the quickstart promises
  | 'CONFIRMATION_REQUIRED' // something destructive was asked for without a terminal and without --yes
  | 'CONFIG_INVALID' // spcs.config.ts says something that cannot be deployed
  | 'ENVIRONMENT_UNKNOWN' // spcs.config.ts has no environment of this name
  | 'ENVIRONMENT_PROTECTED' // the environment is protected, and the verb would destroy or take it down
  | 'PREREQUISITE_MISSING' // something is missing that the verb needs: a role, a database, or what doctor found
  | 'INTERRUPTED' // Ctrl-C, or SIGTERM

/** A fault in what was asked of the command line. */
export class CliError extends CodedError<CliErrorCode> {}
