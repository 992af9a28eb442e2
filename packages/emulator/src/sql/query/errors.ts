import { SnowflakeError } from '../../snowflake-error.ts'
import type { Position } from './ast.ts'

/** `000904`: a column, or an alias, that is not there. */
export function invalidIdentifier(name: string, at: Position | undefined): SnowflakeError {
  return compilationError('000904', '42000', `invalid identifier '${name}'`, at)
}

/** `002028`: a column that several tables of the query have. */
export function ambiguousColumn(name: string, at: Position | undefined): SnowflakeError {
  return compilationError('002028', '42601', `ambiguous column name '${name}'`, at)
}

/** `002140`: a function that Snowflake may have and this account has not. */
export function unknownFunction(name: string): SnowflakeError {
  return new SnowflakeError('002140', '42601', `SQL compilation error:\nUnknown function ${name}.`)
}

/** `002143`: a table function of an object that this account has not. */
export function unknownTableFunction(name: string): SnowflakeError {
  return new SnowflakeError(
    '002143',
    '42601',
    `SQL compilation error:\nUnknown table function ${name.toUpperCase()}.`,
  )
}

/** `001044`: arguments of types that a function or operator does not take. */
export function invalidArgumentTypes(name: string, types: readonly string[]): SnowflakeError {
  return new SnowflakeError(
    '001044',
    '42P13',
    `SQL compilation error:\nInvalid argument types for function '${name}': (${types.join(', ')})`,
  )
}

/** `000938` and `000939`: too few or too many arguments. */
export function wrongArgumentCount(
  name: string,
  min: number,
  max: number,
  given: number,
): SnowflakeError {
  return given < min
    ? compilationError(
        '000938',
        '22023',
        `not enough arguments for function [${name}], expected ${min}, got ${given}`,
        undefined,
      )
    : compilationError(
        '000939',
        '22023',
        `too many arguments for function [${name}] expected ${max}, got ${given}`,
        undefined,
      )
}

/** `002003`: a table or view that is not there. */
export function tableDoesNotExist(kind: 'Object' | 'Table' | 'View', name: string): SnowflakeError {
  return new SnowflakeError(
    '002003',
    '42S02',
    `SQL compilation error:\n${kind} '${name}' does not exist or not authorized.`,
  )
}

/** An error of the statement's text, at a place in it where one is known. */
export function compilationError(
  code: string,
  sqlState: string,
  detail: string,
  at: Position | undefined,
): SnowflakeError {
  const where = at === undefined ? '' : `error line ${at.line} at position ${at.column - 1}\n`
  const separator = at === undefined ? '\n' : ' '
  return new SnowflakeError(code, sqlState, `SQL compilation error:${separator}${where}${detail}`, {
    line: at?.line,
    position: at?.column,
  })
}
