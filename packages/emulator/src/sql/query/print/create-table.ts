import { printIdentifier } from '@spcs/sql'
import { quotedEngineSchema } from '../../../catalog/engine-schema.ts'
import type { QualifiedName } from '../../../catalog/resolve-name.ts'
import { printObjectComment } from '../../../engine/object-comment.ts'
import { unsupported } from '../../../snowflake-error.ts'
import { STATEMENT_TYPE } from '../../../statement-result.ts'
import type { StatementKinds } from '../ast-statement.ts'
import { compilationError } from '../errors.ts'
import { storedParts } from '../names.ts'
import { printColumn, type PrintedQuery, type Scope } from '../scope.ts'
import { needsStruct, type SqlType, VARCHAR } from '../sql-type.ts'
import type { ChangePlan, StatementPlan } from '../statement-plan.ts'
import { permanentSqlName, temporarySqlName } from '../tables.ts'
import { storeIn } from './cast.ts'
import {
  columnComment,
  columnSql,
  type NewColumn,
  readColumn,
  requireDistinct,
} from './column-definition.ts'
import { checkExisting, ddl, type DdlContext, dropSql } from './ddl.ts'
import { findTable, relationOfTable } from './from.ts'
import { type Printed, quoteName, quoteText } from './printed.ts'
import { relationOfQuery } from './relation.ts'

export function planCreateTable(
  node: StatementKinds['CreateTable'],
  scope: Scope,
  context: DdlContext,
): StatementPlan {
  if (node.external) throw unsupported('CREATE EXTERNAL TABLE')
  const name = context.newName(storedParts(node.name))
  const existing = context.maybeTable(name)
  const { or_replace: replaces, if_not_exists: keeps, temporary } = node
  const verdict = checkExisting(name, existing, { replaces, keeps, temporary }, context)
  if (verdict !== undefined) return verdict
  const sqlName = temporary ? temporarySqlName(name) : permanentSqlName(name)
  const replaced = existing !== undefined && replaces ? [existing] : []
  const drop = replaced.map(dropSql)
  const comment = printObjectComment({
    owner: context.owner,
    createdOn: context.now,
    ...tableComment(node.table_options),
  })
  const finish = (columns: readonly NewColumn[]): string[] => [
    `COMMENT ON TABLE ${sqlName} IS ${quoteText(comment)}`,
    ...columns.flatMap((column) => columnComment(sqlName, column)),
  ]
  const created = `Table ${printIdentifier(name.name)} successfully created.`

  const model = node.clone ?? node.like?.Plain.name
  if (model !== undefined) {
    const source = findTable(model, scope)
    if (source.kind === 'view') throw unsupported('LIKE or CLONE of a view')
    const columns = source.columns.map((column): NewColumn => ({
      name: column.name,
      type: column.type,
      notNull: column.notNull,
      default: column.default ?? undefined,
      comment: column.comment.comment,
      counter: undefined,
    }))
    const names = columns.map((column) => quoteName(column.name)).join(', ')
    const { alias, relation } = relationOfTable(source, undefined, undefined, scope)
    const cells = relation.columns.map((column) => printColumn({ column, relation }, false))
    const copied = cells.map((cell) => storedCell(cell, cell.type)).join(', ')
    const copy = `INSERT INTO ${sqlName} (${names}) SELECT ${copied} FROM ${source.sqlName} AS ${alias}`
    // The table that is replaced may be the one that is copied.
    if (drop.length > 0 && existing?.name.key === source.name.key)
      throw unsupported('CLONE of a table over itself')
    const statements = [
      ...drop,
      createSql(sqlName, columns, temporary),
      ...finish(columns),
      ...(node.clone === undefined ? [] : [copy]),
    ]
    return { ...ddl(statements, created), drops: replaced }
  }
  const declared = node.columns.map((column) => readColumn(column, scope))
  if (node.query !== undefined) {
    const query = scope.statement.query(node.query, { ...scope, exact: true })
    const parts = { drop, finish, created }
    return { ...planTableAs(sqlName, declared, query, temporary, parts, scope), drops: replaced }
  }
  if (declared.length === 0) {
    throw compilationError('002105', '42601', 'CREATE TABLE without columns', undefined)
  }
  const counters = declared.flatMap((column) => counterSql(column, name, scope))
  const columns = declared.map((column) =>
    column.counter === undefined
      ? column
      : { ...column, default: `nextval(${quoteText(counterName(name, column, scope))})` },
  )
  const statements = [
    ...drop,
    ...counters,
    createSql(sqlName, columns, temporary),
    ...finish(columns),
  ]
  return { ...ddl(statements, created), drops: replaced }
}

/** CREATE TABLE … AS SELECT: the table is made, then filled, in one go. */
function planTableAs(
  sqlName: string,
  declared: readonly NewColumn[],
  query: PrintedQuery,
  temporary: boolean,
  parts: { drop: string[]; finish: (columns: readonly NewColumn[]) => string[]; created: string },
  scope: Scope,
): ChangePlan {
  if (declared.length > 0 && declared.length !== query.columns.length) {
    throw compilationError(
      '002020',
      '21S01',
      'Invalid number of columns in CREATE TABLE AS SELECT',
      undefined,
    )
  }
  const columns =
    declared.length > 0
      ? declared
      : query.columns.map((column): NewColumn => ({
          name: column.name,
          type: column.type.kind === 'NULL' ? VARCHAR : column.type,
          notNull: false,
          default: undefined,
          comment: undefined,
          counter: undefined,
        }))
  requireDistinct(columns)
  const { sql, relation } = relationOfQuery(query, undefined, undefined, scope)
  const cells = relation.columns.map((column, index) =>
    storedCell(printColumn({ column, relation }, false), columns[index]?.type ?? column.type),
  )
  const source = `SELECT ${cells.join(', ')} FROM ${sql}`
  const statements = [
    ...parts.drop,
    createSql(sqlName, columns, temporary),
    ...parts.finish(columns),
  ]
  // The old table may be what the query reads: it is put aside until the new one is filled.
  const replaces = parts.drop.length > 0
  const fill = replaces
    ? [
        `CREATE TEMP TABLE ${NEW_ROWS} AS ${source}`,
        ...statements,
        `INSERT INTO ${sqlName} SELECT * FROM ${NEW_ROWS}`,
        `DROP TABLE ${NEW_ROWS}`,
      ]
    : [...statements, `INSERT INTO ${sqlName} ${source}`]
  return {
    kind: 'change',
    typeId: STATEMENT_TYPE.ddl,
    statements: fill,
    counted: fill.length - 1,
    values: [],
    rehearsal: [source],
    reply: { kind: 'status', status: parts.created },
  }
}

/** The value as a new table's column of the type holds it. */
function storedCell(value: Printed, type: SqlType): string {
  return storeIn({ type, isStruct: needsStruct(type) }, value).sql
}

const NEW_ROWS = 'temp.main."SF$NEW_ROWS"'

function createSql(sqlName: string, columns: readonly NewColumn[], temporary: boolean): string {
  requireDistinct(columns)
  const definitions = columns.map(columnSql).join(', ')
  return `CREATE ${temporary ? 'TEMP ' : ''}TABLE ${sqlName} (${definitions})`
}

function tableComment(options: unknown): { readonly comment?: string } {
  const text = JSON.stringify(options)
  const match = /"Comment":\{"(?:WithEq|WithoutEq)":("(?:[^"\\]|\\.)*")/.exec(text ?? '')
  return match?.[1] === undefined ? {} : { comment: JSON.parse(match[1]) as string }
}

function counterName(name: QualifiedName, column: NewColumn, scope: Scope): string {
  // A table made anew counts anew, while the old one is still there.
  const schema = quotedEngineSchema(name.database, name.schema)
  return `${schema}.${quoteName(`${name.name}.${column.name} ${scope.statement.session.queryId}`)}`
}

function counterSql(column: NewColumn, name: QualifiedName, scope: Scope): string[] {
  if (column.counter === undefined) return []
  const [start, step] = column.counter
  return [`CREATE SEQUENCE ${counterName(name, column, scope)} START ${start} INCREMENT ${step}`]
}
