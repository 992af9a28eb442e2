/** Room that `writeNumber` needs: the longest number has 24 bytes, and digits are written in threes. */
export const MOST_NUMBER_BYTES = 32

const [DASH, POINT, ZERO] = [45, 46, 48] as const

/**
 * Writes a finite number with the fewest digits that are this double, as JSON.stringify does; and -0 with its sign.
 *
 * @param out Has `MOST_NUMBER_BYTES` of room from `start` on. Those behind the number may change, too.
 * @returns The place behind the number.
 */
export function writeNumber(out: Buffer, start: number, value: number): number {
  let at = start
  let size = value
  if (value < 0 || (value === 0 && 1 / value < 0)) {
    out[at++] = DASH
    size = -value
  }
  const whole = size | 0
  if (whole === size) return writeWhole(out, at, whole)

  // Most results have few digits behind the point. A quotient is rounded right: where it is this double, the double's
  // text is so many thousandths.
  const thousandths = (size * 1000 + 0.5) | 0
  if (thousandths / 1000 === size) {
    at = writeWhole(out, at, whole)
    const fraction = thousandths - whole * 1000
    out[at] = POINT
    writeThree(out, at + 1, fraction)
    return at + 1 + lengthOfThree(fraction)
  }
  return writeLongNumber(out, at, size)
}

/** Writes what has more digits. It is apart so that the engine puts the above into its caller's loop. */
function writeLongNumber(out: Buffer, start: number, size: number): number {
  if (size >= 0.001 && size < 1e9) return writeFraction(out, start, size)
  if (Number.isSafeInteger(size)) {
    const front = Math.floor(size / 1e9)
    const at = writeWhole(out, start, front)
    writeNine(out, at, size - front * 1e9)
    return at + 9
  }
  return writeText(out, start, String(size))
}

function writeText(out: Buffer, start: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) out[start + index] = text.charCodeAt(index)
  return start + text.length
}

/** Writes a whole number below 2^31. */
function writeWhole(out: Buffer, at: number, whole: number): number {
  if (whole < 10) {
    out[at] = ZERO + whole
    return at + 1
  }
  if (whole < 100) {
    const three = THREES[whole] as number
    out[at] = three >> 8
    out[at + 1] = three >> 16
    return at + 2
  }
  if (whole < 1000) {
    writeThree(out, at, whole)
    return at + 3
  }
  const front = (whole / 1000) | 0
  const next = writeWhole(out, at, front)
  writeThree(out, next, whole - front * 1000)
  return next + 3
}

/** Each number below 1000 in three bytes, the first digit lowest. Above them is its length without zeros at the end. */
const THREES = Int32Array.from({ length: 1000 }, (_, number) => {
  const digits = String(number).padStart(3, '0')
  const [first, second, third] = Buffer.from(digits) as unknown as [number, number, number]
  return first | (second << 8) | (third << 16) | (digits.replace(/0+$/, '').length << 24)
})

function writeThree(out: Buffer, at: number, number: number): void {
  const three = THREES[number] as number
  out[at] = three
  out[at + 1] = three >> 8
  out[at + 2] = three >> 16
}

function lengthOfThree(number: number): number {
  return (THREES[number] as number) >> 24
}

function writeSix(out: Buffer, at: number, number: number): void {
  const front = (number / 1000) | 0
  writeThree(out, at, front)
  writeThree(out, at + 3, number - front * 1000)
}

function writeNine(out: Buffer, at: number, number: number): void {
  const front = (number / 1_000_000) | 0
  writeThree(out, at, front)
  writeSix(out, at + 3, number - front * 1_000_000)
}

/** What gives a number nine digits in front of its point, by how many it has: from -2, as 0.001 has, to 9. */
const POWERS = [1e11, 1e10, 1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1] as const

/**
 * Writes a number from 0.001 to 1e9 that is not whole. Move its point so that 17 digits are in front: a decimal is this
 * double if it is less than half a step away, where a step, to the next double, is now between 1.1 and 22.3. So 17 digits
 * always do. At most one multiple of 100 does; if there is one, it has the fewest digits. If there is none, the nearest
 * multiple of 10 is tried. None of these can be half a step away: what is between two doubles has more than 17 digits.
 */
function writeFraction(out: Buffer, start: number, value: number): number {
  // More than half a step is added, which is rounded up to one. A power of two, below which steps are shorter, gets none
  // this way, and needs none: those that come here are decimals of few digits, 0.0625 to 0.001953125.
  const step = value + value * 2 ** -53 - value
  let whole = -2
  for (let limit = 0.01; value >= limit; limit *= 10) whole += 1
  const power = POWERS[whole + 2] as number
  const half = step * power * 0.5e8

  // The first nine digits, and the rest, from 0 to 1. All of it is exact: the number is split into two of 26 bits, and
  // the power has no more without its factors of two.
  const split = value * (2 ** 27 + 1)
  const high = split - (split - value)
  const product = high * power
  let front = product | 0
  let rest = product - front + (value - high) * power
  const carry = Math.floor(rest)
  front += carry
  rest -= carry

  // Six more digits, and how far the last two are from there: between -50 and 50, and exact, too.
  let middle = (rest * 1e6 + 0.5) | 0
  const restHigh = ((rest * 2 ** 26) | 0) / 2 ** 26
  let last = restHigh * 1e8 - middle * 100 + (rest - restHigh) * 1e8
  let end = 0
  if (Math.abs(last) > half) {
    if (last < 0) {
      middle -= 1
      last += 100
    }
    // Where two decimals are just as near, the engine knows which one it takes.
    end = Math.round(last / 10) * 10
    const distance = Math.abs(last - end)
    if (distance > half) {
      end = Math.round(last)
      if (Math.abs(last - end) === 0.5) return writeText(out, start, String(value))
    } else if (distance === 5) {
      return writeText(out, start, String(value))
    }
  } else if (middle === 1_000_000) {
    front += 1
    middle = 0
  }
  return writeDigits(out, start, whole, front, middle, end)
}

/** Writes nine, six and two digits without zeros at their end, and the point behind so many of them. */
function writeDigits(
  out: Buffer,
  start: number,
  whole: number,
  front: number,
  middle: number,
  end: number,
): number {
  let at = start + 1
  if (whole <= 0) {
    out[start] = out[start + 2] = out[start + 3] = ZERO
    out[start + 1] = POINT
    at = start + 2 - whole
  }
  writeNine(out, at, front)
  writeSix(out, at + 9, middle)
  writeThree(out, at + 15, end * 10)
  at += 15 + lengthOfThree(end * 10)
  while (out[at - 1] === ZERO) at -= 1
  if (whole > 0) {
    for (let index = start; index < start + whole; index += 1) out[index] = out[index + 1] as number
    out[start + whole] = POINT
  }
  return at
}
