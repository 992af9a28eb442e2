/** Up to so many digits a decimal number goes through a double and back unchanged. */
const EXACT_DIGITS = 15

/** The text of a NUMBER as a value: a number where that is exact, else bigint, or the text where there is a fraction. */
export function readNumber(text: string): number | bigint | string {
  if (text.length <= EXACT_DIGITS) return Number(text)
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (fraction === '') {
    const integer = text.split('.')[0] ?? text
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : BigInt(integer)
  }
  const digits = whole === '' ? fraction.replace(/^0+/, '') : whole + fraction
  return digits.length <= EXACT_DIGITS ? Number(text) : text
}
