import { printIdentifier } from '@spcs/sql'
import type { CurrentNamespace } from '../../../catalog/resolve-name.ts'
import { type ObjectComment, printObjectComment } from '../../../engine/object-comment.ts'
import { unsupported } from '../../../snowflake-error.ts'
import type { StatementKinds } from '../ast-statement.ts'
import { compilationError } from '../errors.ts'
import { storedName, storedParts } from '../names.ts'
import type { Scope } from '../scope.ts'
import { printEngineType, VARCHAR } from '../sql-type.ts'
import type { StatementPlan } from '../statement-plan.ts'
import { permanentSqlName } from '../tables.ts'
import { columnComment, type NewColumn, requireDistinct } from './column-definition.ts'
import { checkExisting, ddl, type DdlContext, dropSql } from './ddl.ts'
import { quoteName, quoteText } from './printed.ts'

export function planCreateView(
  node: StatementKinds['CreateView'],
  scope: Scope,
  current: CurrentNamespace,
  context: DdlContext,
): StatementPlan {
  if (node.materialized) throw unsupported('CREATE MATERIALIZED VIEW')
  const name = context.newName(storedParts(node.name))
  const existing = context.maybeTable(name)
  const { or_replace: replaces, if_not_exists: keeps } = node
  const verdict = checkExisting(name, existing, { replaces, keeps }, context)
  if (verdict !== undefined) return verdict
  const query = scope.statement.query(node.query, scope)
  if (node.columns.length > 0 && node.columns.length !== query.columns.length) {
    throw compilationError(
      '002026',
      '42601',
      `Invalid column definition list: ${node.columns.length} names for ${query.columns.length} columns`,
      undefined,
    )
  }
  const columns = query.columns.map((column, index): NewColumn => {
    const given = node.columns[index]
    return {
      name: given === undefined ? column.name : storedName(given.name),
      type: column.type.kind === 'NULL' ? VARCHAR : column.type,
      notNull: false,
      default: undefined,
      comment: undefined,
      counter: undefined,
    }
  })
  requireDistinct(columns)
  const sqlName = permanentSqlName(name)
  // The engine keeps the names and types only: the query is printed anew wherever the view is used.
  const cells = columns.map(
    (column) => `CAST(NULL AS ${printEngineType(column.type)}) AS ${quoteName(column.name)}`,
  )
  const comment: ObjectComment = {
    owner: context.owner,
    createdOn: context.now,
    view: { text: viewText(scope), database: current.database, schema: current.schema },
    ...(node.comment === undefined ? {} : { comment: node.comment }),
  }
  const replaced = existing === undefined ? [] : [existing]
  const plan = ddl(
    [
      ...replaced.map(dropSql),
      `CREATE VIEW ${sqlName} AS SELECT ${cells.join(', ')}`,
      `COMMENT ON VIEW ${sqlName} IS ${quoteText(printObjectComment(comment))}`,
      ...columns.flatMap((column) => columnComment(sqlName, column)),
    ],
    `View ${printIdentifier(name.name)} successfully created.`,
  )
  return { ...plan, drops: replaced }
}

/** The query of a CREATE VIEW as typed: what stands after its first AS outside of parentheses. */
function viewText(scope: Scope): string {
  return scope.source.afterWord('AS')
}
