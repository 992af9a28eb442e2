import { CodedError } from '@spcs/errors'

export type CellErrorCode =
  | 'BIND_UNDEFINED' // undefined is no value: hardly ever NULL is meant
  | 'BIND_UNSUPPORTED' // nothing in Snowflake is like it
  | 'BIND_EMPTY_LIST' // `IN ()` is no SQL
  | 'TEMPLATE_EXPECTED' // sql('…') where sql`…` is meant: nothing would tell its values from its text
  | 'VARIABLE_INVALID' // no variable can have that name
  | 'RESULT_NOT_WRITTEN' // the rows cannot be kept on this machine's disk
  | 'RESULT_GONE' // the rows are not on this machine's disk any more
  | 'TABLE_INVALID' // what is to be shown as a table has no rows

/** A fault in what a cell asks of its kernel. */
export class CellError extends CodedError<CellErrorCode> {}
