const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/
/** More than any NUMBER or double takes, and little enough to work on. */
const MOST_CHARACTERS = 400

/** A decimal number taken apart: its sign, its whole digits without leading zeros, and those behind the point. */
export interface Decimal {
  readonly sign: '' | '-'
  readonly whole: string
  readonly fraction: string
}

/**
 * Takes a number's text apart, exponent and all: `-1.5e3` is `-`, `1500`, and nothing behind the point.
 *
 * @returns Undefined for what is no number, or so long that it is none of SQL's.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MOST_CHARACTERS) return undefined
  const [matched, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text.trim()) ?? []
  if (matched === undefined || whole + fraction === '') return undefined
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const padded = point > 0 ? digits.padEnd(point, '0') : '0'.repeat(-point) + digits
  const cut = Math.max(point, 0)
  return {
    sign: sign === '-' ? '-' : '',
    whole: padded.slice(0, cut).replace(/^0+/, ''),
    fraction: padded.slice(cut),
  }
}

/** Prints a decimal number with at least so many digits behind the point: `12.50`. */
export function printDecimal({ sign, whole, fraction }: Decimal, scale: number): string {
  const digits = fraction.replace(/0+$/, '').padEnd(scale, '0')
  const text = `${whole === '' ? '0' : whole}${digits === '' ? '' : `.${digits}`}`
  return sign === '-' && /[1-9]/.test(text) ? `-${text}` : text
}
