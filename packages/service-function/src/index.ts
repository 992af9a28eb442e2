export { type BatchContext, CONTEXT_FUNCTIONS, type ContextFunction } from './batch-context.ts'
export {
  BatchMetrics,
  type FunctionMetrics,
  type RecordBatch,
  type SecondsHistogram,
} from './batch-metrics.ts'
export { batchServer } from './batch-server.ts'
export { callInBatches, type CallInBatchesOptions } from './call-in-batches.ts'
export {
  type ArgumentRow,
  type CalledService,
  callServiceFunction,
  type CallServiceFunctionOptions,
  type ResultValue,
} from './call-service-function.ts'
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
export type { Exchange, ExchangeRequest, HttpAnswer } from './exchange.ts'
export type { Failure } from './failure.ts'
export type { BatchAttempt, Fault, Faults } from './faults.ts'
export type { ArgumentTypes, Handler, NullHandling } from './handler.ts'
export { batchHeaders, type BatchHeaderValues } from './headers.ts'
export { httpExchange } from './http-exchange.ts'
export type { InstanceLease } from './instance-lease.ts'
export { openApiDocument, type OpenApiDocument, type OpenApiOptions } from './openapi-document.ts'
export { serviceFunctions, type ServiceFunctionsOptions } from './plugin.ts'
export { readiness, type ReadinessOptions } from './readiness.ts'
export { printSignature } from './signature.ts'
export { splitBatches } from './split-batches.ts'
export type { SqlResult, SqlTypeName, SqlValue } from './sql-type.ts'
