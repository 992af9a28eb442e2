import { aggregateFunctions } from './aggregate.ts'
import { conditionalFunctions } from './conditional.ts'
import { contextFunctions } from './context.ts'
import { conversionFunctions } from './conversion.ts'
import { dateFunctions, maybeTruncateByUnit } from './date.ts'
import type { FunctionTable } from './function-table.ts'
import { numericFunctions, round } from './numeric.ts'
import { semiStructuredFunctions } from './semi-structured.ts'
import { stringFunctions } from './string.ts'
import { windowFunctions } from './window.ts'

/** Every function that this account has, by Snowflake's name. */
export const FUNCTIONS: FunctionTable = {
  ...numericFunctions,
  ...stringFunctions,
  ...conditionalFunctions,
  ...dateFunctions,
  ...conversionFunctions,
  ...semiStructuredFunctions,
  ...aggregateFunctions,
  ...windowFunctions,
  ...contextFunctions,
  TRUNC: (call) => maybeTruncateByUnit(call) ?? round(call, 'trunc'),
}

/** Of these alone an OVER clause makes sense. */
export function isWindowed(name: string): boolean {
  return name in aggregateFunctions || name in windowFunctions
}
