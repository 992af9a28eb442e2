export { CodedError, type CodedErrorOptions } from './coded-error.ts'
export { printError } from './print-error.ts'
