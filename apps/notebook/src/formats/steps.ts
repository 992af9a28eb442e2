import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work in steps: a large notebook is turned into text cell by cell, and between two cells others may go on. */
export type Steps<Result> = Generator<undefined, Result>

/** How long one turn of the thread may take. */
const TURN_MS = 15

/** Goes through all steps and lets everybody else have the thread in between. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let since = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() - since < TURN_MS) continue
    await nextTurn()
    since = performance.now()
  }
}

/** Goes through all steps at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
