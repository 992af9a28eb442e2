/** Names that stand for numbers in every expression. */
export const CONSTANTS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  E: Math.E,
  LN2: Math.LN2,
  LN10: Math.LN10,
  LOG2E: Math.LOG2E,
  LOG10E: Math.LOG10E,
  PI: Math.PI,
  SQRT1_2: Math.SQRT1_2,
  SQRT2: Math.SQRT2,
  MIN_VALUE: Number.MIN_VALUE,
  MAX_VALUE: Number.MAX_VALUE,
}

export function applyUnary(operator: string, value: unknown): unknown {
  switch (operator) {
    case '+':
      return Number(value)
    case '-':
      return -Number(value)
    case '~':
      return ~Number(value)
    case '!':
      return !value
    default:
      throw new Error(`Expressions of charts have no operator ${operator}`)
  }
}

/** The operators of JavaScript with their conversions; what they convert is data. */
export function applyBinary(operator: string, left: unknown, right: unknown): unknown {
  const [a, b] = [left as number, right as number]
  switch (operator) {
    case '*':
      return a * b
    case '+':
      return a + b
    case '-':
      return a - b
    case '/':
      return a / b
    case '%':
      return a % b
    case '>':
      return a > b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>=':
      return a >= b
    case '==':
      return a == b
    case '!=':
      return a != b
    case '===':
      return a === b
    case '!==':
      return a !== b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    case '>>>':
      return a >>> b
    default:
      throw new Error(`Expressions of charts have no operator ${operator}`)
  }
}
