import type { Completion } from '../kernel/kernel.ts'
import type { LanguageCompletion } from './language.ts'

/** What TypeScript knows comes first; names that only the running kernel knows stand below. */
export function mergeCompletions(
  known: LanguageCompletion | null,
  live: Completion | null,
): LanguageCompletion | null {
  if (known === null || known.items.length === 0) return live ?? known
  if (live === null || live.from !== known.from) return known
  const labels = new Set(known.items.map(({ label }) => label))
  const liveOnly = live.items
    .filter(({ label }) => !labels.has(label) && !(label in Object.prototype))
    .map((item) => ({ ...item, sortText: LAST }))
  return { ...known, items: [...known.items, ...liveOnly] }
}

/** Behind every number that TypeScript sorts by. */
const LAST = '~'
