import { SnowflakeError, unsupported } from '../snowflake-error.ts'
import { readTokens, splitStatements } from '../sql/token.ts'

/** Begins with a word and has no semicolon anywhere: large inserts need not be cut into tokens to see that. */
const LONE_STATEMENT = /^\s*[A-Za-z][^;]*$/

/** `BEGIN` of a transaction stands alone, or before one of three words. */
const SCRIPTING_BLOCK = /^(?:declare|begin)\s+(?!(?:transaction|work|name)\b)[\w"]/i

/**
 * Cuts a request's text into its statements.
 *
 * @param count How many the client says there are; 0 for any number.
 * @throws {SnowflakeError} 000008 when there are more or fewer, 000900 when there is none, 000002 for a
 *   block of Snowflake Scripting.
 */
export function cutStatements(text: string, count: number): readonly string[] {
  if (count <= 1 && LONE_STATEMENT.test(text)) return [text]
  const statements = splitStatements(text)
  const [only] = statements
  if (only === undefined) {
    throw new SnowflakeError('000900', '42601', 'SQL compilation error:\nEmpty SQL statement.')
  }
  // DIFFERS: there is no Snowflake Scripting, whose blocks are one statement with semicolons in it.
  if (SCRIPTING_BLOCK.test(only)) throw unsupported('Snowflake Scripting')
  if (count !== 0 && statements.length !== count) {
    throw new SnowflakeError(
      '000008',
      '0A000',
      `Actual statement count ${statements.length} did not match the desired statement count ${count}.`,
    )
  }
  return statements.length === 1 ? [withLeadingText(text, only)] : statements
}

/** What stands before a lone statement stays, so that errors name the line and position of the client's text. */
function withLeadingText(text: string, statement: string): string {
  const start = text.startsWith(statement) ? 0 : (readTokens(text).next().value?.start ?? 0)
  return text.slice(0, start + statement.length)
}
