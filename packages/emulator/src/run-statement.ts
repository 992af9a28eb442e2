import type { StatementContext } from './account.ts'
import { runCommand } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import type { RunQuery } from './sql/query/query-engine.ts'
import type { StatementResult } from './statement-result.ts'

/** Runs one statement to its end. */
export type RunStatement = (text: string, context: StatementContext) => Promise<StatementResult>

/**
 * Makes the one place where statements are run: a command that we know by its first words, or else a query
 * for the engine. What a statement changed in the catalog is saved before it is answered.
 */
export function createRunStatement(runQuery: RunQuery): RunStatement {
  return async (text, context) => {
    const result = await (runCommand(text, context, commands) ?? runQuery(text, context))
    context.account.catalog.save()
    return result
  }
}
