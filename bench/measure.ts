/** One figure of ours beside one of a peer, taken in the same run. */
export interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly beside: { readonly name: string; readonly value: number }
  /** Ours divided by theirs. */
  readonly ratio: number
}

/** A benchmark: measures come as they are had. */
export interface Benchmark {
  readonly name: string
  readonly summary: string
  run(): AsyncIterable<Measure>
}

/** A measure with its ratio; figures keep four digits. */
export function measure(figures: Omit<Measure, 'ratio'>): Measure {
  return {
    ...figures,
    value: fourDigits(figures.value),
    beside: { ...figures.beside, value: fourDigits(figures.beside.value) },
    ratio: fourDigits(figures.value / figures.beside.value),
  }
}

/** The middle of some figures; the mean of the two middle ones of an even count. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper
}

/** What so large a part of some figures does not exceed. */
export function percentile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((left, right) => left - right)
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN
}

/** The median of several runs of a thing that says what it took. */
export async function medianOf(runs: number, once: () => Promise<number>): Promise<number> {
  const figures: number[] = []
  for (let run = 0; run < runs; run++) figures.push(await once())
  return median(figures)
}

/** A measure as one line for people. */
export function printMeasure({ name, value, unit, better, beside, ratio }: Measure): string {
  const ours = `${value} ${unit}`.padStart(14)
  return `${name.padEnd(44)}${ours}   ${ratio} × ${beside.name} (${beside.value} ${unit}), ${better} is better`
}

function fourDigits(figure: number): number {
  return Number(figure.toPrecision(4))
}
