import type { StatementContext } from '../account.ts'
import { requirePrivilege } from '../access-control.ts'
import { maybeSecurableKind, SECURABLES } from '../catalog/securables.ts'
import { printObjectComment } from '../engine/object-comment.ts'
import { SnowflakeError, unsupported } from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import type { StatementResult } from '../statement-result.ts'
import type { Command } from './command.ts'
import { findRelation, RELATION_PRIVILEGES } from './relations.ts'
import { executed } from './replies.ts'

export const commentCommands: readonly Command[] = [
  { syntax: 'COMMENT [IF EXISTS] ON', run: commentOn },
]

async function commentOn(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  try {
    await writeComment(reader, context)
  } catch (error) {
    const isMissing = error instanceof SnowflakeError && error.code === '002003'
    if (!isMissing || !given.has('IF EXISTS')) throw error
  }
  return executed()
}

async function writeComment(reader: TokenReader, context: StatementContext): Promise<void> {
  if (reader.maybeWords('COLUMN')) throw unsupported('COMMENT ON COLUMN')
  const relation = Object.keys(RELATION_PRIVILEGES).find((on) => reader.maybeWords(on))
  if (relation !== undefined) {
    const parts = reader.name()
    const comment = readText(reader)
    const { on, key, owner, about, sqlName } = await findRelation(parts, context)
    requirePrivilege(context, 'OWNERSHIP', { on, key, owner })
    const text = printObjectComment({ ...about, comment }).replaceAll("'", "''")
    await context.session.engine.run(`COMMENT ON ${on} ${sqlName} IS '${text}'`)
    return
  }
  const on = maybeSecurableKind(reader)
  const objects = on === undefined ? undefined : SECURABLES[on]?.objects(context.account.catalog)
  if (on === undefined || objects === undefined) throw reader.unexpected('a kind of object')
  const key = SECURABLES[on]?.readKey(reader, context) ?? ''
  const comment = readText(reader)
  requirePrivilege(context, 'OWNERSHIP', { on, key, owner: objects.get(key).owner })
  objects.changeCommon(key, { comment })
}

function readText(reader: TokenReader): string {
  reader.words('IS')
  const text = reader.string('a comment')
  reader.end()
  return text
}
