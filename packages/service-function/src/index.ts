export {
  BatchMetrics,
  type FunctionMetrics,
  type RecordBatch,
  type SecondsHistogram,
} from './batch-metrics.ts'
export { type BatchContext, CONTEXT_FUNCTIONS, type ContextFunction } from './batch-context.ts'
export { callServiceFunction, type CallServiceFunctionOptions } from './client.ts'
export type { InstanceLease } from './instance-lease.ts'
export { createFunctionSql, type CreateFunctionOptions } from './create-function-sql.ts'
export {
  defineServiceFunction,
  type DefineServiceFunctionOptions,
  type ServiceFunction,
  type TypedName,
} from './define-service-function.ts'
export { encodeBatch } from './encode-batch.ts'
export {
  ServiceFunctionError,
  type ServiceFunctionErrorCode,
  type ServiceFunctionErrorOptions,
} from './errors.ts'
export type { Failure } from './failure.ts'
export type { ArgumentTypes, Handler, NullHandling } from './handler.ts'
export { batchHeaders, type BatchHeaderValues } from './headers.ts'
export { serviceFunctions, type ServiceFunctionsOptions } from './plugin.ts'
export { readiness, type ReadinessOptions } from './readiness.ts'
export { printSignature } from './signature.ts'
export { splitBatches } from './split-batches.ts'
export type { SqlResult, SqlTypeName, SqlValue } from './sql-type.ts'
