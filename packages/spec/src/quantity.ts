import { SpecError } from './errors.ts'

/** An amount of memory: `512Mi`, `0.5Gi`, `2G`. */
export const MEMORY: RegExp = /^(\d+(?:\.\d+)?)(k|Ki|M|Mi|G|Gi)$/
/** An amount of CPU: `0.5`, `2`, `500m`. */
export const CPU: RegExp = /^(\d+(?:\.\d+)?|\d+m)$/

const BYTES: Readonly<Record<string, number>> = {
  k: 1000,
  Ki: 1024,
  M: 1000 ** 2,
  Mi: 1024 ** 2,
  G: 1000 ** 3,
  Gi: 1024 ** 3,
}

/**
 * The bytes in an amount of memory: `0.5Gi` → 536870912.
 *
 * @throws {SpecError} `QUANTITY_INVALID` when the text is no number with a unit.
 */
export function parseMemory(text: string): number {
  const [, amount, unit = ''] = MEMORY.exec(text) ?? []
  const bytes = BYTES[unit]
  if (amount !== undefined && bytes !== undefined) return Math.round(Number(amount) * bytes)
  throw new SpecError(
    'QUANTITY_INVALID',
    `Cannot read memory "${text}": it is no number with a unit`,
    {
      hint: 'Write it like 512Mi or 2Gi; the units are k, Ki, M, Mi, G and Gi',
    },
  )
}

/**
 * The cores in an amount of CPU: `500m` → 0.5.
 *
 * @throws {SpecError} `QUANTITY_INVALID` when the text is neither a number nor thousandths.
 */
export function parseCpu(text: string): number {
  if (CPU.test(text)) return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text)
  throw new SpecError('QUANTITY_INVALID', `Cannot read CPU "${text}": it is no number of cores`, {
    hint: 'Write it like 0.5, 2 or 500m',
  })
}
