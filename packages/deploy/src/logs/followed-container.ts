import type { LogAnswer, LogLine } from './log-line.ts'
import type { LogSource } from './log-source.ts'
import { type LogTail, newestTime, sinceOf, takeNew } from './log-tail.ts'
import { isStatementFault, type LogReader } from './read-log.ts'

/** What a look at a container's log found: its new lines, and what has to be said about them. */
export interface Look {
  readonly lines: readonly LogLine[]
  /** Sentences, each before the line of its number: `lines may be missing …`. */
  readonly notices: readonly { readonly before: number; readonly text: string }[]
  readonly bytes: number
  /** True when it was started again, or replaced, since the look before. */
  readonly isOtherRun: boolean
}

/** How the first look begins; later ones go on where the one before stopped. */
export interface FirstLook {
  /** The newest so many lines of the log that there is. */
  readonly lines?: number | undefined
  /** Those from this time on: RFC 3339 with nine digits behind the point. */
  readonly since?: string | undefined
  /** Those of the run before, first. */
  readonly previous?: boolean | undefined
  /** False: those of the run before and nothing else. */
  readonly current?: boolean | undefined
}

const NOTHING: Look = { lines: [], notices: [], bytes: 0, isOtherRun: false }
/** A container that is going away may refuse its log for a moment; one that always does is in trouble. */
const MOST_FAULTS = 5

/** One container's log, run after run. */
export class FollowedContainer {
  readonly #reader: LogReader
  /** Of the run that is being read. */
  #tail: LogTail = []
  /** The newest time that any run has shown. */
  #floor = ''
  #run: string | undefined
  #restartCount = 0
  #faults = 0

  constructor(reader: LogReader) {
    this.#reader = reader
  }

  /** The first look at a container that was there before anyone looked. */
  async begin(source: LogSource, first: FirstLook): Promise<Look> {
    const { previous = false, current = true, since = '' } = first
    const found = new Found()
    if (previous) {
      const answer = await this.#reader.read({ ...source, previous: true, since })
      if (answer === undefined) found.say('there is no run before this one')
      else this.#addFirst(found, answer, first)
    }
    this.#remember(source)
    const answer = current ? await this.#read(source, { since }) : undefined
    if (answer !== undefined) {
      this.#addFirst(found, answer, first)
      this.#tail = takeNew([], answer.lines).tail
    }
    this.#raiseFloor(since)
    return found
  }

  /** Everything that is new since the last look, or since the container appeared. */
  async look(source: LogSource): Promise<Look> {
    const found = new Found()
    const isOther = this.#run !== source.run
    const restarts = source.restartCount - this.#restartCount
    const wasEmpty = this.#tail.length === 0
    const since = sinceOf(this.#tail) ?? this.#floor
    const answer = await this.#read(source, { since })
    if (answer === undefined) return NOTHING
    const taken = takeNew(this.#tail, answer.lines)
    if (taken.continues) {
      this.#add(found, taken.fresh)
      this.#tail = taken.tail
    } else if (wasEmpty && (!isOther || this.#isNew(source))) {
      this.#beginRun(found, answer)
    } else {
      const isWhole = (await this.#addRest(found, source, since)) && restarts <= 1
      this.#beginRun(found, { ...answer, maybeCut: answer.maybeCut || !isWhole })
    }
    found.bytes += sizeOf(taken.fresh)
    found.isOtherRun = isOther
    this.#remember(source)
    return found
  }

  /** A container that has just appeared, in its first run: nothing can have been missed. */
  #isNew({ restartCount }: LogSource): boolean {
    return this.#run === undefined && restartCount === 0
  }

  /** What the run before printed after the last look. False when that cannot be told. */
  async #addRest(found: Found, source: LogSource, since: string): Promise<boolean> {
    const previous = await this.#reader.read({ ...source, previous: true, since })
    if (previous === undefined) return this.#tail.length === 0
    const { fresh, continues } = takeNew(this.#tail, previous.lines)
    const isKnown = this.#tail.length > 0
    if (isKnown && !continues) return false
    // With no line to recognise it by, it may be a run that has been read long ago: its times tell.
    const isFresh = ({ time }: LogLine): boolean => isKnown || (time ?? '~') > this.#floor
    this.#add(found, fresh.filter(isFresh))
    return isKnown || !previous.maybeCut
  }

  #beginRun(found: Found, { lines, maybeCut }: LogAnswer): void {
    const fresh = lines.filter(({ time }) => (time ?? '~') > this.#floor)
    if (maybeCut) found.say(this.#missingSince())
    this.#add(found, fresh)
    this.#tail = takeNew([], fresh).tail
  }

  #missingSince(): string {
    const since = this.#floor === '' ? '' : ` after ${this.#floor}`
    return `lines may be missing here${since}: the account keeps only so much of a log`
  }

  #addFirst(found: Found, answer: LogAnswer, { lines, since }: FirstLook): void {
    const wanted = answer.lines.filter(({ time }) => (time ?? '~') >= (since ?? ''))
    const from = lines === undefined ? 0 : Math.max(0, wanted.length - lines)
    if (answer.maybeCut && from === 0) {
      found.say('older lines are missing here: the account gives no more than 100 KB of a log')
    }
    this.#add(found, wanted.slice(from))
    this.#raiseFloor(newestTime(answer.lines))
  }

  #add(found: Found, lines: readonly LogLine[]): void {
    found.lines.push(...lines)
    this.#raiseFloor(newestTime(lines))
  }

  #raiseFloor(time: string | undefined): void {
    if (time !== undefined && time > this.#floor) this.#floor = time
  }

  #remember({ run, restartCount }: LogSource): void {
    this.#run = run
    this.#restartCount = restartCount
  }

  /** @throws what the account says when it refuses the log again and again. */
  async #read(source: LogSource, { since }: { since: string }): Promise<LogAnswer | undefined> {
    try {
      const answer = await this.#reader.read({ ...source, since })
      this.#faults = 0
      return answer
    } catch (error) {
      this.#faults += 1
      if (!isStatementFault(error) || this.#faults >= MOST_FAULTS) throw error
      return undefined
    }
  }
}

class Found {
  readonly lines: LogLine[] = []
  readonly notices: { before: number; text: string }[] = []
  bytes = 0
  isOtherRun = false

  say(text: string): void {
    this.notices.push({ before: this.lines.length, text })
  }
}

function sizeOf(lines: readonly LogLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.length + 32, 0)
}
