import {
  acknowledged,
  openSource,
  refused,
  remoteChange,
  remoteSource,
  sendNext,
  shownSource,
  type OutgoingChange,
  type SharedSource,
  type SharedStep,
} from '../../src/notebook/shared-source.ts'
import { diffSources, type SourceChange } from '../../src/notebook/source-changes.ts'

/**
 * The page's copy of one cell's text: confirmed, on its way, typed since. It lives as long as the cell does, whether an
 * editor shows it or not. What a method gives is the change that an editor of this cell has to make.
 */
export class CellText {
  #shared: SharedSource
  /** The version that the change on its way was made against. */
  #sentVersion = 0

  constructor(source: string, version: number) {
    this.#shared = openSource(source, version)
  }

  get version(): number {
    return this.#shared.version
  }

  get confirmed(): string {
    return this.#shared.confirmed
  }

  get shown(): string {
    return shownSource(this.#shared)
  }

  /** Everything that was typed is confirmed. */
  get isSettled(): boolean {
    return this.#shared.inFlight === null && this.#shared.buffer === null
  }

  get isOnItsWay(): boolean {
    return this.#shared.inFlight !== null
  }

  /** The reader typed. */
  edit(change: SourceChange): void {
    const { buffer } = this.#shared
    this.#shared = { ...this.#shared, buffer: buffer === null ? change : buffer.compose(change) }
  }

  /** What is to be sent now, if anything: one change at a time. */
  take(): OutgoingChange | null {
    const step = sendNext(this.#shared)
    this.#shared = step.shared
    if (step.send !== null) this.#sentVersion = step.send.version
    return step.send
  }

  /** Someone else's change, as it was applied. */
  onRemote(changes: unknown): SourceChange | null {
    return this.#take(remoteChange(this.#shared, changes))
  }

  /** The change on its way was applied. */
  onApplied(): void {
    const { shared, send } = acknowledged(this.#shared)
    // What was typed since goes through `take`, like everything that is sent.
    this.#shared = send === null ? shared : { ...shared, inFlight: null, buffer: shared.inFlight }
  }

  /** The server wrote the text anew. */
  onReplaced(source: string, version: number): SourceChange | null {
    if (source === this.#shared.confirmed) {
      this.#shared = { ...this.#shared, version }
      return null
    }
    return this.#take(remoteSource(this.#shared, source, version))
  }

  /** The change on its way did not arrive: it is sent again with what was typed since. */
  onLost(): void {
    this.#shared = refused(this.#shared)
  }

  /** The server no longer knows changes that it had confirmed: all since `base` are to be sent again. */
  onForgotten(base: string): void {
    const shown = this.shown
    const change = diffSources(base, shown)
    this.#shared = {
      ...openSource(base, this.version),
      buffer: change.empty ? null : change,
    }
  }

  /**
   * The change on its way was refused. If the text has moved on since it was made, it is tried again; if not,
   * it would be refused for ever, and the text goes back to what the server has.
   */
  onRefused(): { readonly isGivenUp: boolean; readonly apply: SourceChange | null } {
    this.onLost()
    if (this.version !== this.#sentVersion) return { isGivenUp: false, apply: null }
    const apply = diffSources(this.shown, this.confirmed)
    this.#shared = openSource(this.confirmed, this.version)
    return { isGivenUp: true, apply }
  }

  #take(step: SharedStep): SourceChange | null {
    this.#shared = step.shared
    return step.apply
  }
}
