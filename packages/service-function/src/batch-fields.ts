import type { ServiceFunctionError } from './errors.ts'
import type { ReceivedBatch } from './received-batch.ts'

/** What is told of a batch that was refused. */
export type Refusal = Pick<ServiceFunctionError, 'code' | 'row' | 'argument'>

/** The fields of a batch's log line. */
export class BatchFields {
  readonly function: string
  readonly batchId: string | undefined
  readonly queryId: string | undefined
  readonly rows: number | undefined
  readonly repeated: true | undefined
  readonly code: string | undefined
  readonly row: number | undefined
  readonly argument: string | undefined
  readonly milliseconds: number
  readonly status: number

  constructor(batch: ReceivedBatch, status: number, seconds: number, refusal?: Refusal) {
    this.function = batch.functionName
    this.batchId = batch.batchId
    this.queryId = batch.queryId
    this.rows = batch.rows
    this.repeated = batch.repeated || undefined
    this.code = refusal?.code
    this.row = refusal?.row
    this.argument = refusal?.argument
    this.milliseconds = Math.round(seconds * 1_000_000) / 1000
    this.status = status
  }
}

/** Prints them as JSON members: `"rows":5,"status":200`. */
export function printBatchFields(fields: BatchFields): string {
  let text = `"function":${quote(fields.function)}`
  if (fields.batchId !== undefined) text += `,"batchId":${quote(fields.batchId)}`
  if (fields.queryId !== undefined) text += `,"queryId":${quote(fields.queryId)}`
  if (fields.rows !== undefined) text += `,"rows":${fields.rows}`
  if (fields.repeated) text += ',"repeated":true'
  if (fields.code !== undefined) text += `,"code":"${fields.code}"`
  if (fields.row !== undefined) text += `,"row":${fields.row}`
  if (fields.argument !== undefined) text += `,"argument":${JSON.stringify(fields.argument)}`
  return `${text},"milliseconds":${fields.milliseconds},"status":${fields.status}`
}

/** Ids and names, which hold nothing to escape but for a caller of one's own. */
function quote(text: string): string {
  return /^[\w:.-]*$/.test(text) ? `"${text}"` : JSON.stringify(text)
}
