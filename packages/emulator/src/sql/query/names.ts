import { parseName, printIdentifier } from '@spcs/sql'
import { unsupported } from '../../snowflake-error.ts'
import type { FunctionArg, Ident, ObjectName } from './ast.ts'

/** An identifier as stored: folded to upper case unless it was quoted. */
export function storedName(ident: Ident): string {
  return ident.quote_style === undefined ? ident.value.toUpperCase() : ident.value
}

/** The parts of a dotted name as stored; `db..table` has PUBLIC in the middle. */
export function storedParts(name: ObjectName): string[] {
  return name.flatMap((part) => {
    if ('Function' in part) return identifierArgument(part.Function)
    return part.Identifier.value === '' ? ['PUBLIC'] : [storedName(part.Identifier)]
  })
}

/** A dotted name as the user would see it in an error. */
export function displayName(parts: readonly string[]): string {
  return parts.map(printIdentifier).join('.')
}

/** The name in `IDENTIFIER('db.schema.name')`. */
function identifierArgument(call: {
  readonly name: Ident
  readonly args: readonly FunctionArg[]
}): string[] {
  const [only] = call.args
  const argument = only !== undefined && 'Unnamed' in only ? only.Unnamed : undefined
  if (typeof argument === 'object' && 'Expr' in argument && 'Value' in argument.Expr) {
    const literal = argument.Expr.Value.value
    if (typeof literal === 'object' && 'SingleQuotedString' in literal) {
      return parseName(literal.SingleQuotedString)
    }
  }
  throw unsupported(`${call.name.value.toUpperCase()}() of anything but a text`)
}
