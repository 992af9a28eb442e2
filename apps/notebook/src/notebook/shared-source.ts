import {
  diffSources,
  maybeApplyChange,
  maybeParseChange,
  type SourceChange,
} from './source-changes.ts'

/**
 * What a page knows of one cell's text: the server's text, one change on its way, and what was typed since.
 * The editor shows all three: `unconfirmed` over `confirmed`.
 */
export interface SharedSource {
  readonly confirmed: string
  /** The cell's version that `confirmed` is. */
  readonly version: number
  /** Sent, not yet heard back. Against `confirmed`. */
  readonly inFlight: SourceChange | null
  /** Not yet sent. Against the text after `inFlight`. */
  readonly buffer: SourceChange | null
}

/** What to do after something happened to the text. */
export interface SharedStep {
  readonly shared: SharedSource
  /** A change-source operation to send, under a new number. */
  readonly send: OutgoingChange | null
  /** What to change in the editor. */
  readonly apply: SourceChange | null
}

export interface OutgoingChange {
  readonly version: number
  readonly changes: unknown
}

/** A cell's text as it came from the server. */
export function openSource(source: string, version: number): SharedSource {
  return { confirmed: source, version, inFlight: null, buffer: null }
}

/** The text as the editor shows it. */
export function shownSource(shared: SharedSource): string {
  const { confirmed, inFlight, buffer } = shared
  const sent = inFlight === null ? confirmed : applied(confirmed, inFlight)
  return buffer === null ? sent : applied(sent, buffer)
}

/** The user typed: the editor has the change already. */
export function localChange(shared: SharedSource, change: SourceChange): SharedStep {
  const buffer = shared.buffer === null ? change : shared.buffer.compose(change)
  return sendNext({ ...shared, buffer })
}

/**
 * A change of someone else was applied: the operation as it came from the server.
 *
 * @throws {RangeError} when it is no change of the confirmed text: the copy is out of step and needs a snapshot.
 */
export function remoteChange(shared: SharedSource, changes: unknown): SharedStep {
  const change = maybeParseChange(changes)
  const confirmed = change && maybeApplyChange(shared.confirmed, change)
  if (change === undefined || confirmed === undefined) {
    throw new RangeError('Cannot apply change: it was made against another text')
  }
  return { ...mapUnconfirmed(shared, change, confirmed, shared.version + 1), send: null }
}

/** The server wrote the text anew, as a merge with the file does. */
export function remoteSource(shared: SharedSource, source: string, version: number): SharedStep {
  const change = diffSources(shared.confirmed, source)
  return { ...mapUnconfirmed(shared, change, source, version), send: null }
}

/** The change on its way came back as applied. */
export function acknowledged(shared: SharedSource): SharedStep {
  if (shared.inFlight === null) return { shared, send: null, apply: null }
  const confirmed = applied(shared.confirmed, shared.inFlight)
  return sendNext({ ...shared, confirmed, version: shared.version + 1, inFlight: null })
}

/**
 * The change on its way was refused as too old: it is joined with what was typed since.
 * The page sends it again, with `sendNext`, once it has heard what it missed.
 */
export function refused(shared: SharedSource): SharedSource {
  const { inFlight, buffer } = shared
  if (inFlight === null) return shared
  return {
    ...shared,
    inFlight: null,
    buffer: buffer === null ? inFlight : inFlight.compose(buffer),
  }
}

/** Sends what waits, if nothing is on its way. */
export function sendNext(shared: SharedSource): SharedStep {
  const { inFlight, buffer, version } = shared
  if (inFlight !== null || buffer === null) return { shared, send: null, apply: null }
  if (buffer.empty) return { shared: { ...shared, buffer: null }, send: null, apply: null }
  const next = { ...shared, inFlight: buffer, buffer: null }
  return { shared: next, send: { version, changes: buffer.toJSON() }, apply: null }
}

/** The change on its way once more, for the same number: after a cut, until it is acknowledged. */
export function resend(shared: SharedSource): OutgoingChange | null {
  if (shared.inFlight === null) return null
  return { version: shared.version, changes: shared.inFlight.toJSON() }
}

/**
 * A snapshot took the place of everything known. With `applied` the change on its way is in it
 * (the server names the last operation of this client that it applied). What is not in it is kept and sent:
 * with `send` as a new operation; what is still on its way goes with `resend`.
 */
export function snapshotSource(
  shared: SharedSource,
  snapshot: { readonly source: string; readonly version: number; readonly applied: boolean },
): SharedStep {
  const base =
    snapshot.applied && shared.inFlight !== null
      ? { ...shared, confirmed: applied(shared.confirmed, shared.inFlight), inFlight: null }
      : shared
  const step = remoteSource(base, snapshot.source, snapshot.version)
  return { ...sendNext(step.shared), apply: step.apply }
}

/** Maps what is unconfirmed over a confirmed change, and the change over it for the editor. */
function mapUnconfirmed(
  shared: SharedSource,
  change: SourceChange,
  confirmed: string,
  version: number,
): { shared: SharedSource; apply: SourceChange | null } {
  const { inFlight, buffer } = shared
  const overSent = inFlight === null ? change : change.map(inFlight, true)
  const next = {
    confirmed,
    version,
    inFlight: inFlight === null ? null : inFlight.map(change),
    buffer: buffer === null ? null : buffer.map(overSent),
  }
  const apply = buffer === null ? overSent : overSent.map(buffer, true)
  return { shared: next, apply: apply.empty ? null : apply }
}

function applied(source: string, change: SourceChange): string {
  const text = maybeApplyChange(source, change)
  if (text === undefined)
    throw new RangeError('Cannot apply change: it was made against another text')
  return text
}
