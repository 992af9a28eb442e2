import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { keywordCompletionSource } from '@codemirror/lang-sql'
import { snowflakeDialect } from './snowflake-dialect.ts'

const keywords = keywordCompletionSource(snowflakeDialect, true)

/**
 * The words of SQL that go on from what is typed. Nothing that is only like it: Enter at the end of a name must not
 * make another word of it.
 */
export async function completeSqlKeywords(
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const found = await keywords(context)
  if (found === null) return null
  const typed = context.state.sliceDoc(found.from, context.pos).toUpperCase()
  if (typed.length < 2 && !context.explicit) return null
  const options = found.options.filter(
    ({ label }) => label.length > typed.length && label.toUpperCase().startsWith(typed),
  )
  return options.length === 0 ? null : { from: found.from, options, filter: false }
}
