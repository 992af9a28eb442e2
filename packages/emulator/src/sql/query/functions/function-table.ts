import type { DataType } from '@spcs/sql'
import type { FunctionCall } from '../ast.ts'
import { wrongArgumentCount } from '../errors.ts'
import { castTo, toBigInt, toBoolean, toFloat, toNumber, toText } from '../print/cast.ts'
import { compose, NULL_LITERAL, type Printed } from '../print/printed.ts'
import type { Scope } from '../scope.ts'
import {
  ARRAY,
  BINARY,
  DATE,
  INTEGER,
  OBJECT,
  type SqlType,
  TIMESTAMP_NTZ,
  VARIANT,
} from '../sql-type.ts'

/** A function call in a statement. */
export interface Call {
  /** Upper case. */
  readonly name: string
  readonly node: FunctionCall
  readonly scope: Scope
  /** Its arguments, printed; names of named ones are in the node. */
  readonly args: readonly Printed[]
}

/** Prints a call of one function. */
export type FunctionPrinter = (call: Call) => Printed

/** The functions that this account has, by Snowflake's names; every other is refused by name. */
export type FunctionTable = Readonly<Record<string, FunctionPrinter>>

/** What a parameter takes, and what arguments are made into for it. */
export type Parameter =
  | 'any'
  | 'text'
  | 'number'
  | 'float'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'moment' // a DATE, TIME or TIMESTAMP as it is; text is read as a timestamp
  | 'timestamp'
  | 'variant'
  | 'array'
  | 'object'
  | 'binary'

/** A whole number that DuckDB holds as BIGINT. */
export const WHOLE = 'WHOLE'

type Returns = DataType | typeof WHOLE | ((args: readonly Printed[]) => SqlType)

/**
 * A function with parameters of fixed types: `define('text integer?', VARCHAR, (x, n = '1') => …)`. A parameter
 * ending in `?` may be left out, one ending in `*` may come any number of times.
 */
export function define(
  parameters: string,
  returns: Returns,
  body: (...args: string[]) => string,
): FunctionPrinter {
  const list = parameters === '' ? [] : parameters.split(' ')
  const kinds = list.map((parameter) => parameter.replace(/[?*]$/, '') as Parameter)
  const min = list.filter((parameter) => !/[?*]$/.test(parameter)).length
  const max = list.some((parameter) => parameter.endsWith('*')) ? Infinity : list.length
  return (call) => {
    requireCount(call, min, max)
    const args = call.args.map((arg, index) =>
      asParameter(arg, kinds[index] ?? kinds.at(-1) ?? 'any'),
    )
    if (returns === WHOLE) return compose(INTEGER, args, body, { integer: true })
    return compose(typeof returns === 'function' ? returns(args) : returns, args, body)
  }
}

/** @throws {SnowflakeError} 000938 or 000939 when the call has too few or too many arguments. */
export function requireCount(call: Call, min: number, max: number): void {
  const given = call.args.length
  if (given < min || given > max) throw wrongArgumentCount(call.name, min, max, given)
}

/** An argument that `requireCount` saw; one that may be left out is NULL then. */
export function argument(call: Call, index: number): Printed {
  return call.args[index] ?? NULL_LITERAL
}

/** The argument, made into what the parameter takes. */
export function asParameter(arg: Printed, parameter: Parameter): Printed {
  switch (parameter) {
    case 'any':
      return arg
    case 'text':
      return toText(arg)
    case 'number':
      return arg.type.kind === 'NULL' ? castTo(arg, INTEGER) : toNumber(arg)
    case 'float':
      return toFloat(arg)
    case 'integer':
      return toBigInt(arg)
    case 'boolean':
      return toBoolean(arg)
    case 'date':
      return castTo(arg, DATE)
    case 'moment':
      return ['VARCHAR', 'VARIANT', 'NULL', 'NUMBER', 'FLOAT', 'BOOLEAN', 'BINARY'].includes(
        arg.type.kind,
      )
        ? castTo(arg, TIMESTAMP_NTZ)
        : arg
    case 'timestamp':
      return castTo(arg, TIMESTAMP_NTZ)
    case 'variant':
      return castTo(arg, VARIANT)
    case 'array':
      return castTo(arg, ARRAY)
    case 'object':
      return castTo(arg, OBJECT)
    case 'binary':
      return castTo(arg, BINARY)
  }
}

/** The type of the first argument, or of the one at the index. */
export function sameAs(index = 0): (args: readonly Printed[]) => SqlType {
  return (args) => args[index]?.type ?? VARIANT
}

/** The literal text of an argument, upper case, or the bare word that it is: units and formats. */
export function wordArgument(call: Call, index: number): string | undefined {
  const { args } = call.node
  const list = typeof args === 'object' && 'List' in args ? args.List.args : []
  const given = list[index]
  if (given === undefined || !('Unnamed' in given)) return undefined
  const value = given.Unnamed
  if (typeof value !== 'object' || !('Expr' in value)) return undefined
  if ('Identifier' in value.Expr) return value.Expr.Identifier.value.toUpperCase()
  if (!('Value' in value.Expr)) return undefined
  const literal = value.Expr.Value.value
  return typeof literal === 'object' && 'SingleQuotedString' in literal
    ? literal.SingleQuotedString.toUpperCase()
    : undefined
}
