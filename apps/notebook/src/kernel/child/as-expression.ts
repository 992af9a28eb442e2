import { parseSync } from 'oxc-parser'

/**
 * `{ a: 1 }` alone is meant as an object, not as a block: it is put in brackets.
 *
 * @returns Undefined for every other source.
 */
export function asExpression(source: string): string | undefined {
  if (!/^\s*\{/.test(source)) return undefined
  const wrapped = `(${source.replace(/[\s;]+$/, '')})`
  const { program, errors } = parseSync('cell.tsx', wrapped, { lang: 'tsx' })
  const isObject = errors.length === 0 && program.body.length === 1 && wrapped !== '({})'
  return isObject ? wrapped : undefined
}
