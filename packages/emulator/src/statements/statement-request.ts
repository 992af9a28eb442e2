import type { Bind } from '../account.ts'
import { SnowflakeError, unsupported } from '../snowflake-error.ts'

/** A query request, read and checked. */
export interface StatementRequest {
  /** The client's own id; sent again, it means the same statement, never a second run. */
  readonly requestId: string
  readonly text: string
  readonly binds: readonly Bind[]
  readonly isAsync: boolean
  /** Only the columns are wanted; nothing may be run. */
  readonly describeOnly: boolean
  /** The statement's own parameters, upper-case names. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Reads the body of a query request.
 *
 * @throws {SnowflakeError} 391902 when it is none, 000002 for binds on a stage.
 */
export function readStatementRequest(requestId: string, body: unknown): StatementRequest {
  const fields = asObject(body) ?? {}
  const text = fields['sqlText'] ?? ''
  if (typeof text !== 'string') throw malformed('sqlText is no text')
  if (fields['bindStage'] !== undefined && fields['bindStage'] !== null) {
    throw unsupported('binds on a stage')
  }
  const parameters = Object.entries(asObject(fields['parameters']) ?? {})
  return {
    requestId,
    text,
    binds: readBinds(fields['bindings']),
    isAsync: fields['asyncExec'] === true,
    describeOnly: fields['describeOnly'] === true,
    parameters: new Map(parameters.map(([name, value]) => [name.toUpperCase(), String(value)])),
  }
}

/** Binds are keyed `"1"`, `"2"`, …; as text, `"10"` would come before `"2"`. */
function readBinds(bindings: unknown): Bind[] {
  return Object.entries(asObject(bindings) ?? {})
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([key, bind]) => readBind(key, asObject(bind)))
}

function readBind(key: string, bind: Record<string, unknown> | undefined): Bind {
  const type = bind?.['type']
  const value = bind?.['value'] ?? null
  if (typeof type !== 'string') throw malformed(`bind ${key} has no type`)
  if (Array.isArray(value)) return { type, value: value.map((cell) => readCell(key, cell)) }
  return { type, value: readCell(key, value) }
}

function readCell(key: string, cell: unknown): string | null {
  if (cell === null || typeof cell === 'string') return cell
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  throw malformed(`a value of bind ${key} is no text`)
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { ...value } : undefined
}

function malformed(why: string): SnowflakeError {
  return new SnowflakeError('391902', '22000', `Cannot read query request: ${why}.`)
}
