import { median } from './measure.ts'

/** Something that completes at the end of one cell, whose text changes. */
export interface LanguageSession extends AsyncDisposable {
  /** The names that are offered at the end of this text. */
  complete(source: string): Promise<readonly string[]>
  /** Ends when nothing that came of the questions is still at work. */
  rested(): Promise<void>
}

export interface LanguageRun {
  /** From the first question to its answer; no language server runs before it. */
  readonly firstMs: number
  /** From an edit, with the question right after it, to the answer. */
  readonly editMs: number
}

const RUNS = 3
const EDITS = 9
/** Between keys; so an edit is not asked about while the one before it is still taken in. */
const EDIT_PAUSE_MS = 150

/** The medians of several runs, each with a session of its own. */
export async function medianRun(
  asked: string,
  open: (run: number) => Promise<LanguageSession>,
): Promise<LanguageRun> {
  const first: number[] = []
  const edits: number[] = []
  for (let run = 0; run < RUNS; run++) {
    await using session = await open(run)
    first.push(await timed(session, asked))
    for (let edit = 0; edit < EDITS; edit++) {
      await new Promise((resolve) => setTimeout(resolve, EDIT_PAUSE_MS))
      edits.push(await timed(session, `const edit${edit} = ${asked}`))
    }
    await session.rested()
  }
  return { firstMs: median(first), editMs: median(edits) }
}

async function timed(session: LanguageSession, source: string): Promise<number> {
  const started = performance.now()
  const labels = await session.complete(source)
  const ms = performance.now() - started
  if (!labels.includes('sum')) throw new Error(`"sum" was not offered after: ${source}`)
  return ms
}
