import { CodedError } from '@spcs/errors'

export type DataFrameErrorCode =
  | 'ARGUMENT_INVALID' // a method was called with something that it does not take
  | 'BIND_COUNT_WRONG' // SQL text has more or fewer `?` than there are binds
  | 'COLUMN_AMBIGUOUS' // a name stands for more than one column
  | 'COLUMN_UNKNOWN' // no column of this name
  | 'LITERAL_UNSUPPORTED' // a value that has no Snowflake value
  | 'PLAN_TOO_DEEP' // thousands of steps or conditions, one inside the other
  | 'SESSION_MISMATCH' // two DataFrames of different sessions in one query
  | 'STATEMENT_NOT_QUERY' // something was built on a statement that is no query, such as SHOW
  | 'UNION_MISMATCH' // the two sides of a union have different columns

/** A fault in a DataFrame: in how it was built, or in what the account has under it. */
export class DataFrameError extends CodedError<DataFrameErrorCode> {}
