import type { StatementContext } from '../account.ts'
import { TokenReader } from '../sql/token-reader.ts'
import type { StatementResult } from '../statement-result.ts'

/** A statement that we read and run ourselves; everything else goes to the query engine. */
export interface Command {
  /**
   * The words that it begins with; optional groups in brackets, alternatives by `|`:
   * `CREATE [OR REPLACE] [TEMPORARY|TEMP] STAGE [IF NOT EXISTS]`.
   */
  readonly syntax: string
  /** Reads what follows the words and does it; `given` holds the optional groups that were there. */
  run(
    reader: TokenReader,
    context: StatementContext,
    given: ReadonlySet<string>,
  ): StatementResult | Promise<StatementResult>
}

/** Runs the first of the commands that the text begins with; undefined when it begins with none. */
export function runCommand(
  text: string,
  context: StatementContext,
  commands: readonly Command[],
): StatementResult | Promise<StatementResult> | undefined {
  const reader = new TokenReader(text)
  for (const command of commands) {
    const given = matchSyntax(command.syntax, reader)
    if (given !== undefined) return command.run(reader, context, given)
  }
  return undefined
}

/** The optional groups that were given, when the reader stands before this command's words; else undefined. */
export function matchSyntax(syntax: string, reader: TokenReader): ReadonlySet<string> | undefined {
  const start = reader.position
  const given = new Set<string>()
  for (const [, optional, required] of syntax.matchAll(/\[([^\]]+)\]|(\S+)/g)) {
    const alternatives = (optional ?? required ?? '').split('|')
    const found = alternatives.find((words) => reader.maybeWords(...words.trim().split(/\s+/)))
    if (found !== undefined) given.add(found.trim())
    else if (optional === undefined) {
      reader.moveTo(start)
      return undefined
    }
  }
  return given
}
