import { unsupported } from '../../snowflake-error.ts'
import { tokenize } from '../token.ts'

/** Statements that are read here and not by the parser. */
export type OwnStatement = 'begin' | 'commit' | 'rollback' | 'alter'

// Words of Snowflake that begin statements which this engine has not; the commands among them came first.
const VERBS = new Set(
  'ALTER COMMENT COPY CREATE DECLARE DESC DESCRIBE DROP EXECUTE EXPLAIN GET GRANT LET LIST LS PUT REMOVE REVOKE RM SET SHOW UNDROP UNSET USE'.split(
    ' ',
  ),
)
const MODIFIERS = new Set(
  'OR REPLACE TEMP TEMPORARY TRANSIENT VOLATILE LOCAL GLOBAL SECURE RECURSIVE IF NOT EXISTS'.split(
    ' ',
  ),
)
const OF_TABLES = new Set(['CREATE', 'DROP', 'ALTER'])

/**
 * Tells statements of our own reading from those for the parser (undefined).
 *
 * @throws {SnowflakeError} 000002 for a statement that Snowflake has and this account has not.
 */
export function maybeOwnStatement(text: string): OwnStatement | undefined {
  const words = firstWords(text)
  const [verb = '', next = ''] = words
  if (verb === 'BEGIN' && (words.length === 1 || TRANSACTION_WORDS.has(next))) return 'begin'
  if (verb === 'BEGIN') throw unsupported('Snowflake Scripting block')
  if (verb === 'START' && next === 'TRANSACTION') return 'begin'
  if (verb === 'COMMIT') return 'commit'
  if (verb === 'ROLLBACK') return 'rollback'
  if (!VERBS.has(verb)) return undefined
  const object = words.slice(1).find((word) => !MODIFIERS.has(word)) ?? ''
  if (OF_TABLES.has(verb) && (object === 'TABLE' || object === 'VIEW')) {
    return verb === 'ALTER' ? 'alter' : undefined
  }
  throw unsupported(`${verb} ${object}`.trim())
}

const TRANSACTION_WORDS = new Set(['WORK', 'TRANSACTION', 'NAME'])

/** The first words of the text, upper case, up to anything else. */
function firstWords(text: string): string[] {
  const words: string[] = []
  // The beginning may end inside a string or comment, so it is cut where a token of the whole would be.
  const head =
    /^(?:\s|--[^\n]*\n|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/|[A-Za-z_]\w*)*/.exec(text)?.[0] ?? ''
  for (const token of tokenize(head)) words.push(token.value.toUpperCase())
  return words.slice(0, 10)
}
