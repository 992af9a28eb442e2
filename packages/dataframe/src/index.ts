export {
  CaseColumn,
  Column,
  type ColumnOrName,
  type ColumnOrValue,
  type Literal,
} from './column.ts'
export { DataFrame, isDataFrame, type Row } from './dataframe.ts'
export { DataFrameSession } from './dataframe-session.ts'
export { DataFrameError, type DataFrameErrorCode } from './errors.ts'
export {
  avg,
  callFunction,
  callUdf,
  coalesce,
  col,
  count,
  countDistinct,
  iff,
  lit,
  max,
  min,
  sqlExpr,
  sum,
  when,
} from './functions.ts'
export { GroupedDataFrame } from './grouped-dataframe.ts'
export type { JoinOptions } from './join-plan.ts'
export type { JoinHow, Plan, SortKey } from './plan.ts'
export type { Query } from './print-select.ts'
export type { ActionOptions } from './run-plan.ts'
export { printTable } from './show.ts'
