import type { LogLine } from './log-line.ts'

/**
 * The end of a run's log as far as it has been read: what the next answer is laid over. A run is recognised by its own
 * lines, for no answer says which run it is of.
 */
export type LogTail = readonly LogLine[]

/** What an answer brings over a tail. */
export interface Taken {
  readonly fresh: readonly LogLine[]
  readonly tail: LogTail
  /** True when the answer has a line of the tail: then it is of the same run, and nothing is missing between. */
  readonly continues: boolean
}

/** Lines of stdout and stderr may be stored a little out of order, and `since` may be cut to whole seconds. */
const OVERLAP_MS = 1000

/** What to ask the next answer since: a little before the newest line, so that it is in the answer again. */
export function sinceOf(tail: LogTail): string | undefined {
  const newest = newestTime(tail)
  if (newest === undefined) return undefined
  // Whole seconds: the times of later seconds than this are in the tail, whatever the account rounds to.
  return new Date(Math.floor((Date.parse(newest) - OVERLAP_MS) / 1000) * 1000).toISOString()
}

/** Lays an answer over a tail: the lines that are new, each as often as it is new. */
export function takeNew(tail: LogTail, answer: readonly LogLine[]): Taken {
  const isTimed = tail.every(({ time }) => time !== undefined)
  return isTimed ? takeTimed(tail, answer) : takeUntimed(tail, answer)
}

/** The newest time among lines. */
export function newestTime(lines: readonly LogLine[]): string | undefined {
  let newest: string | undefined
  for (const { time } of lines) if (time !== undefined && time > (newest ?? '')) newest = time
  return newest
}

/** Lines that are the same to the nanosecond are told apart by their count. */
function takeTimed(tail: LogTail, answer: readonly LogLine[]): Taken {
  const since = sinceOf(tail) ?? ''
  const seen = new Map<string, number>()
  for (const line of tail) seen.set(keyOf(line), (seen.get(keyOf(line)) ?? 0) + 1)
  const fresh: LogLine[] = []
  let continues = false
  for (const line of answer) {
    if ((line.time ?? '') < since) continue
    const count = seen.get(keyOf(line)) ?? 0
    if (count === 0) fresh.push(line)
    else seen.set(keyOf(line), count - 1)
    continues ||= count > 0
  }
  return { fresh, tail: endOf([...tail, ...fresh]), continues }
}

/** Without times only the order tells: the answer begins somewhere in the tail and goes on behind it. */
function takeUntimed(tail: LogTail, answer: readonly LogLine[]): Taken {
  for (let from = 0; from < tail.length; from += 1) {
    const overlap = tail.slice(from)
    const fits =
      overlap.length <= answer.length &&
      overlap.every((line, index) => line.text === answer[index]?.text)
    if (fits) return { fresh: answer.slice(overlap.length), tail: answer, continues: true }
  }
  return { fresh: answer, tail: answer, continues: false }
}

/** The lines that an answer since `sinceOf` may have again. */
function endOf(lines: readonly LogLine[]): LogTail {
  const since = sinceOf(lines) ?? ''
  return lines.filter(({ time }) => (time ?? '') >= since)
}

function keyOf({ time, text }: LogLine): string {
  return `${time ?? ''} ${text}`
}
