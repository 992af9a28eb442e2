/** A text of a cell that is searched. */
export interface SearchedText {
  readonly cellId: string
  readonly place: 'source' | 'output'
  readonly text: string
}

export interface Match {
  readonly cellId: string
  readonly place: 'source' | 'output'
  readonly from: number
  readonly to: number
  readonly text: string
  /** What the groups of a regular expression took. */
  readonly groups: readonly (string | undefined)[]
}

export const MOST_MATCHES = 10_000

/** Every match, in order; empty ones are none. */
export function findMatches(texts: readonly SearchedText[], pattern: RegExp): readonly Match[] {
  const matches: Match[] = []
  for (const { cellId, place, text } of texts) {
    for (const each of text.matchAll(pattern)) {
      const [found, ...groups] = each
      const from = each.index
      if (found === '') continue
      matches.push({ cellId, place, from, to: from + found.length, text: found, groups })
      if (matches.length === MOST_MATCHES) return matches
    }
  }
  return matches
}

/** The matches of each cell, in order. */
export function matchesByCell(matches: readonly Match[]): ReadonlyMap<string, readonly Match[]> {
  const byCell = new Map<string, Match[]>()
  for (const match of matches) {
    const known = byCell.get(match.cellId)
    if (known === undefined) byCell.set(match.cellId, [match])
    else known.push(match)
  }
  return byCell
}

/** The text that takes a match's place: `$1`, `$&` and `$$` mean something after a regular expression only. */
export function expandReplacement(replacement: string, match: Match, isRegExp: boolean): string {
  if (!isRegExp) return replacement
  return replacement.replaceAll(/\$(\$|&|\d{1,2})/g, (whole, sign: string) => {
    if (sign === '$') return '$'
    if (sign === '&') return match.text
    const number = Number(sign)
    return number >= 1 && number <= match.groups.length ? (match.groups[number - 1] ?? '') : whole
  })
}
