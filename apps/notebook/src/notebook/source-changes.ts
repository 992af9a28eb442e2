import { ChangeSet, Text } from '@codemirror/state'

/**
 * A change of a cell's text, with positions in UTF-16 units and lines that end with `\n`.
 *
 * The server alone decides the order of changes. A client makes a change against the version it knows; the server
 * maps it over the ones that the client had not seen, one by one and as if those had come first, and the client
 * does the same with what it hears, so both end with the same text.
 */
export type SourceChange = ChangeSet

/** The last changes of one cell's text: what older changes can still be mapped over. */
export interface SourceHistory {
  /** Version of the text after the last of `changes`. */
  readonly version: number
  readonly changes: readonly SourceChange[]
}

/** Changes that are kept for each cell. */
export const MOST_KNOWN_CHANGES = 1_000

/** The history of a text that nobody has changed since. */
export function emptyHistory(version: number): SourceHistory {
  return { version, changes: [] }
}

/** The history after one more change; the oldest is forgotten beyond MOST_KNOWN_CHANGES. */
export function addToHistory(history: SourceHistory, change: SourceChange): SourceHistory {
  const changes = [...history.changes, change]
  // Dropping a tenth at once keeps the copy from being made for every key.
  const kept =
    changes.length > MOST_KNOWN_CHANGES ? changes.slice(MOST_KNOWN_CHANGES / 10) : changes
  return { version: history.version + 1, changes: kept }
}

/**
 * Maps a change made against an older version over those that came since.
 * Gives undefined when the version is unknown, or the change is none of a text of that version's length.
 */
export function rebaseChange(
  history: SourceHistory,
  version: number,
  change: SourceChange,
): SourceChange | undefined {
  const missed = history.version - version
  if (missed < 0 || missed > history.changes.length) return undefined
  const since = missed === 0 ? [] : history.changes.slice(-missed)
  let rebased = change
  for (const other of since) {
    if (other.length !== rebased.length) return undefined
    rebased = rebased.map(other)
  }
  return rebased
}

/** Reads ChangeSet.toJSON(); gives undefined for anything else. */
export function maybeParseChange(json: unknown): SourceChange | undefined {
  if (!Array.isArray(json) || !json.every(isPart)) return undefined
  try {
    return ChangeSet.fromJSON(json)
  } catch {
    return undefined
  }
}

/** The text after a change; undefined when the change is none of a text of this length. */
export function maybeApplyChange(source: string, change: SourceChange): string | undefined {
  if (change.length !== source.length) return undefined
  return change.apply(Text.of(source.split('\n'))).toString()
}

/** The smallest single replacement that makes one text of another. */
export function diffSources(before: string, after: string): SourceChange {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++
  }
  const insert = Text.of(after.slice(start, after.length - end).split('\n'))
  const replacement = { from: start, to: before.length - end, insert }
  return ChangeSet.of(before === after ? [] : replacement, before.length)
}

/** Text with `\n` alone at its line ends, as the editor counts it. */
export function normalizeSource(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
}

/** A length that is kept, or a length that is deleted with the lines that are inserted. */
function isPart(part: unknown): boolean {
  if (isLength(part)) return true
  if (!Array.isArray(part) || !isLength(part[0])) return false
  return part.slice(1).every((line) => typeof line === 'string' && !/[\r\n]/.test(line))
}

function isLength(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
