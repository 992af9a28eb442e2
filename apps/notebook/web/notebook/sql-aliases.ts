import type { SqlToken } from './sql-tokens.ts'

/** Statements, and what else may follow AS and still be a word of SQL. */
const AFTER_AS = new Set(
  'begin call copy declare delete execute insert materialized merge not select show table transient update values with'.split(
    ' ',
  ),
)

/** The names that are given by AS: `SELECT a AS warehouse` has no keyword there. */
export function aliasesIn(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const code = tokens.filter(({ kind }) => kind !== 'comment')
  return code.filter(
    ({ kind, text }, index) =>
      kind === 'word' &&
      isWord(code[index - 1], 'as') &&
      // `a.as b`: the AS is a column there.
      code[index - 2]?.text !== '.' &&
      !AFTER_AS.has(text.toLowerCase()),
  )
}

function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word
}
