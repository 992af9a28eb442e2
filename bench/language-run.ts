import { setTimeout } from 'node:timers/promises'
import { median } from './measure.ts'

/** Something that completes at the end of one cell, whose text changes. */
export interface LanguageSession extends AsyncDisposable {
  /** Puts the cursor where the text will be. */
  enter(): Promise<void>
  /** The names that are offered at the end of this text. */
  complete(source: string): Promise<readonly string[]>
  /** Ends when nothing that came of the questions is still at work. */
  rested(): Promise<void>
}

export interface LanguageRun {
  /** From the first question to its answer; no language server runs before it. */
  readonly firstMs: number
  /** The same in a session of its own, where the cursor was there for a while. */
  readonly enteredMs: number
  /** From an edit, with the question right after it, to the answer. */
  readonly editMs: number
}

const RUNS = 3
const EDITS = 9
/** Nobody writes at once. */
const ENTER_PAUSE_MS = 1_000
/** Between keys; so an edit is not asked about while the one before it is still taken in. */
const EDIT_PAUSE_MS = 150

/** The medians of several runs, each with sessions of its own. */
export async function medianRun(
  asked: string,
  open: (name: string) => Promise<LanguageSession>,
): Promise<LanguageRun> {
  const first: number[] = []
  const entered: number[] = []
  const edits: number[] = []
  for (let run = 0; run < RUNS; run++) {
    await using session = await open(`first-${run}`)
    first.push(await timed(session, asked))
    for (let edit = 0; edit < EDITS; edit++) {
      await setTimeout(EDIT_PAUSE_MS)
      edits.push(await timed(session, `const edit${edit} = ${asked}`))
    }
    await session.rested()
    entered.push(await afterEntering(await open(`entered-${run}`), asked))
  }
  return { firstMs: median(first), enteredMs: median(entered), editMs: median(edits) }
}

async function afterEntering(opened: LanguageSession, asked: string): Promise<number> {
  await using session = opened
  await session.enter()
  await setTimeout(ENTER_PAUSE_MS)
  const ms = await timed(session, `const entered = ${asked}`)
  await session.rested()
  return ms
}

async function timed(session: LanguageSession, source: string): Promise<number> {
  const started = performance.now()
  const labels = await session.complete(source)
  const ms = performance.now() - started
  if (!labels.includes('sum')) throw new Error(`"sum" was not offered after: ${source}`)
  return ms
}
