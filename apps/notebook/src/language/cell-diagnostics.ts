import { CellLines, type Range } from './cell-file.ts'
import type { Diagnostic } from './language.ts'

/** A diagnostic as the language server reports it. */
export interface FileDiagnostic {
  readonly range: Range
  /** 1 is an error, 2 a warning; the others are hints. */
  readonly severity: number
  readonly code?: number | string | undefined
  readonly message: string
}

/** What is wrong in a program of files, and is right in a notebook. */
const RIGHT_IN_CELLS = new Set([
  1206, // decorators of parameters: the kernel reads such a cell in the older way
  2440, // declares a name that it imports: a name that is just being written
  2539, // assigns to a function, a class or an import: in the kernel all of them are variables
  2629,
  2630,
  2632,
  2686, // React as a global
])
/** Our line of exports below is not at the top level: it was read as the statement that is missing. */
const OF_EXPORTS = new Set([1184, 1233])
/** Uses a name before it has a value. */
const TOO_EARLY = new Set([2448, 2449, 2454])

/**
 * What is to be shown of a cell's diagnostics: errors and warnings of its own lines. Nothing is said of what is only
 * loosely typed, or not used, or right as soon as the notebook runs.
 *
 * @param isDeclaredElsewhere Whether another cell gives this name a value.
 */
export function cellDiagnostics(
  source: string,
  found: readonly FileDiagnostic[],
  isDeclaredElsewhere: (name: string) => boolean,
): Diagnostic[] {
  const lines = new CellLines(source)
  const own = found.flatMap<Diagnostic>(({ range, severity, code, message }) => {
    const place = lines.range(range)
    const number = Number(code)
    if (place === undefined || severity > 2) return []
    if (RIGHT_IN_CELLS.has(number) || isImplicitAny(number)) return []
    if (TOO_EARLY.has(number) && isDeclaredElsewhere(source.slice(place.from, place.to))) return []
    return [
      {
        ...place,
        severity: severity === 1 ? 'error' : 'warning',
        code: String(code ?? ''),
        message,
      },
    ]
  })
  return own.some(({ code }) => isSyntax(Number(code)))
    ? own
    : [...own, ...endDiagnostics(source, found, lines)]
}

/** A cell that breaks off is found wrong below its lines, where TypeScript reads on: that is told at its end. */
function endDiagnostics(
  source: string,
  found: readonly FileDiagnostic[],
  lines: CellLines,
): Diagnostic[] {
  const below = found.filter(
    ({ range, severity, code }) =>
      severity === 1 && isSyntax(Number(code)) && isBelow(range, lines),
  )
  const told = below.find(({ code }) => !OF_EXPORTS.has(Number(code))) ?? below[0]
  const to = source.trimEnd().length
  if (told === undefined || to === 0) return []
  const code = Number(told.code)
  const message = OF_EXPORTS.has(code) ? 'Statement expected.' : told.message
  return [{ from: to - 1, to, severity: 'error', code: String(code), message }]
}

function isBelow({ start }: Range, lines: CellLines): boolean {
  return start.line > 0 && lines.offset(start) === undefined
}

function isSyntax(code: number): boolean {
  return code >= 1000 && code < 2000 && !RIGHT_IN_CELLS.has(code)
}

/** Without `noImplicitAny`, `[]` would be a list of nothing for ever; so it is on, and what it says is left out. */
function isImplicitAny(code: number): boolean {
  return code >= 7005 && code <= 7061
}
