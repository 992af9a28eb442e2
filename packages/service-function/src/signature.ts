import { printIdentifier } from '@spcs/sql'
import type { ServiceFunction } from './define-service-function.ts'

/** The arguments as SQL writes them behind the function's name: `(TEMP_C FLOAT)`. */
export function printSignature(definition: ServiceFunction): string {
  const list = definition.arguments.map(
    ({ name, sqlType }) => `${printIdentifier(name)} ${sqlType}`,
  )
  return `(${list.join(', ')})`
}
