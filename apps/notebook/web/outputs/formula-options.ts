import type { KatexOptions } from 'katex'

/** A longer one is shown as it was written. */
export const MOST_FORMULA_CHARACTERS = 20_000

/** What a formula may do: look like something. Neither links nor images nor classes of its own, and no end of macros. */
export const FORMULA_OPTIONS: KatexOptions = {
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxSize: 50,
  maxExpand: 1_000,
}
