import type { Session } from '../sql-session.ts'

/** Runs the statements of one session one after another, those of different sessions at once. */
export class StatementQueue {
  readonly #last = new WeakMap<Session, Promise<void>>()

  /** @param work Runs when everything that was added before has ended; it must not reject. */
  add(session: Session, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(session)
    const done = before === undefined ? work() : before.then(work)
    this.#last.set(session, done)
    return done
  }
}
