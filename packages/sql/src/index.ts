export {
  type DataType,
  MAX_BINARY_LENGTH,
  MAX_VARCHAR_LENGTH,
  parseDataType,
  printDataType,
} from './data-type.ts'
export { SqlError, type SqlErrorCode } from './errors.ts'
export {
  parseIdentifier,
  parseName,
  printIdentifier,
  printName,
  quoteIdentifier,
} from './identifier.ts'
export { dollarQuote, quoteLiteral } from './literal.ts'
export { isLoopback } from './loopback.ts'
export { parseJson, type ParseJsonOptions } from './parse-json.ts'
export { printJson } from './print-json.ts'
export { printValue } from './print-value.ts'
export type { ExecuteOptions, PutFileOptions, QueryRunner } from './query-runner.ts'
export { RawJson } from './raw-json.ts'
export { readNumber } from './read-number.ts'
export type { RegistryCredentials } from './registry-credentials.ts'
export { type ResultColumn, type ResultSet, toObjects, type Value } from './result-set.ts'
