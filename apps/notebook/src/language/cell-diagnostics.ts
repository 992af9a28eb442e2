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
  return found.flatMap(({ range, severity, code, message }) => {
    const number = Number(code)
    const place = lines.range(range) ?? endOfCell(source, lines, range, number)
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
}

/** What a cell lacks at its end, as in `x.`, is missed in the line below it: it is shown at the last thing written. */
function endOfCell(
  source: string,
  lines: CellLines,
  { start }: Range,
  code: number,
): { readonly from: number; readonly to: number } | undefined {
  const to = source.trimEnd().length
  if (!lines.isBelow(start) || start.character > 0 || !isSyntax(code) || to === 0) return undefined
  return { from: to - 1, to }
}

function isSyntax(code: number): boolean {
  return code >= 1000 && code < 2000
}

/** Without `noImplicitAny`, `[]` would be a list of nothing for ever; so it is on, and what it says is left out. */
function isImplicitAny(code: number): boolean {
  return code >= 7005 && code <= 7061
}
