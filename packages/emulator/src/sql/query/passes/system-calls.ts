import type { StatementContext } from '../../../account.ts'
import { SnowflakeError } from '../../../snowflake-error.ts'
import type { FunctionCall } from '../ast.ts'
import { unknownFunction } from '../errors.ts'
import { storedParts } from '../names.ts'
import { argumentExpressions } from '../print/function-call.ts'
import type { SystemFunction } from '../query-engine.ts'
import type { Scope } from '../scope.ts'

/**
 * Calls a `SYSTEM$…` function before its statement runs.
 *
 * @throws {SnowflakeError} 002140 for an unknown one, 001015 for an argument that is not constant.
 */
export async function answerSystemCall(
  call: FunctionCall,
  functions: Readonly<Record<string, SystemFunction>>,
  scope: Scope,
  context: StatementContext,
): Promise<string | null> {
  const name = storedParts(call.name).join('.')
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (fn === undefined) throw unknownFunction(name)
  const list = typeof call.args === 'object' && 'List' in call.args ? call.args.List.args : []
  const args = argumentExpressions(list).map((argument, index) => {
    const { literal } = scope.statement.expression(argument, scope)
    if (literal !== undefined) return literal
    throw new SnowflakeError(
      '001015',
      '22023',
      `SQL compilation error:\nargument ${index + 1} to function ${name} needs to be constant`,
    )
  })
  return fn(args, context)
}
