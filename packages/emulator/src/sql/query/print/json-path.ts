import { SnowflakeError } from '../../../snowflake-error.ts'
import { quoteText } from './printed.ts'

/** One step of a path into a VARIANT: an object's key or an array's position. */
export type PathStep = string | number

/** Snowflake's path text as DuckDB's JSON path, in quotes: `a.b[0]` → `'$."a"."b"[0]'`. */
export function jsonPath(path: string): string {
  const steps: PathStep[] = []
  let rest = path.trim()
  while (rest !== '') {
    const match = /^\.?(?:"([^"]*)"|([A-Za-z_][\w$]*)|\[(\d+)\]|\['([^']*)'\])/.exec(rest)
    if (match === null) {
      throw new SnowflakeError('100080', '22000', `Invalid extraction path '${path}'`)
    }
    const [whole, quoted, word, position, key] = match
    steps.push(position === undefined ? (quoted ?? word ?? key ?? '') : Number(position))
    rest = rest.slice(whole.length)
  }
  return printJsonPath(steps)
}

export function printJsonPath(steps: readonly PathStep[]): string {
  const printed = steps.map((step) =>
    typeof step === 'number' ? `[${step}]` : `."${step.replaceAll('"', '\\"')}"`,
  )
  return quoteText(`$${printed.join('')}`)
}
