import { type DataType, parseName, printName, quoteIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { engineSchema, quotedEngineSchema } from '../catalog/engine-schema.ts'
import type { Schema } from '../catalog/objects.ts'
import { resolveName } from '../catalog/resolve-name.ts'
import { type ObjectComment, readObjectComment } from '../engine/object-comment.ts'
import { doesNotExist } from '../snowflake-error.ts'
import { readEngineType } from '../sql/query/sql-type.ts'
import { isInScope, type Scope } from './show-filter.ts'

/** A table or view. The engine keeps it; privileges on it are in the catalog. */
export interface Relation {
  readonly on: 'TABLE' | 'VIEW'
  readonly key: string
  readonly database: string
  readonly schema: string
  readonly name: string
  readonly temporary: boolean
  readonly owner: string
  readonly createdOn: string
  /** Everything that the engine's comment on it says. */
  readonly about: ObjectComment
  /** Its name in the engine's SQL. */
  readonly sqlName: string
}

/** A column of a table or view. */
export interface RelationColumn {
  readonly name: string
  readonly type: DataType
  readonly notNull: boolean
  /** DIFFERS: as the engine prints it. */
  readonly default: string | null
  readonly comment: string | null
}

/** What a role may be given on tables and views. */
export const RELATION_PRIVILEGES: Readonly<Record<'TABLE' | 'VIEW', readonly string[]>> = {
  TABLE: [
    'DELETE',
    'EVOLVE SCHEMA',
    'INSERT',
    'REBUILD',
    'REFERENCES',
    'SELECT',
    'TRUNCATE',
    'UPDATE',
  ],
  VIEW: ['REFERENCES', 'SELECT'],
}

const RELATIONS = `
  SELECT 'TABLE', temporary, schema_name, table_name, comment FROM duckdb_tables()
  WHERE NOT internal
  UNION ALL
  SELECT 'VIEW', temporary, schema_name, view_name, comment FROM duckdb_views()
  WHERE NOT internal`

/** The tables and views of a scope, by key. */
export async function listRelations(context: StatementContext, scope: Scope): Promise<Relation[]> {
  const schemas = new Map(
    context.account.catalog.schemas
      .list()
      .filter(({ database, name }) => isInScope({ database, schema: name }, scope))
      .map((schema) => [engineSchema(schema.database, schema.name), schema]),
  )
  const { rows } = await context.session.engine.run(RELATIONS)
  return rows
    .map((row) => readRelation(row, schemas))
    .filter((relation) => relation !== undefined)
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
}

function readRelation(
  [on, temporary, schemaName, storedName, commentText]: readonly unknown[],
  schemas: ReadonlyMap<string, Schema>,
): Relation | undefined {
  // A temporary table is kept under its whole name, in the one schema that a connection has for them.
  const parts = temporary === true ? parseName(String(storedName)) : []
  const place = temporary === true ? printName(parts.slice(0, -1)) : String(schemaName)
  const schema = schemas.get(place)
  if (schema === undefined) return undefined
  const name = parts.at(-1) ?? String(storedName)
  const about = readObjectComment(textOrNull(commentText))
  const engineName = quoteIdentifier(String(storedName))
  return {
    on: on === 'VIEW' ? 'VIEW' : 'TABLE',
    key: printName([schema.database, schema.name, name]),
    database: schema.database,
    schema: schema.name,
    name,
    temporary: temporary === true,
    owner: about.owner ?? schema.owner,
    createdOn: about.createdOn ?? schema.createdOn,
    about,
    sqlName:
      temporary === true
        ? `temp.main.${engineName}`
        : `${quotedEngineSchema(schema.database, schema.name)}.${engineName}`,
  }
}

/** @throws {SnowflakeError} 002003 when there is neither a table nor a view of this name. */
export async function findRelation(
  parts: readonly string[],
  context: StatementContext,
  kind = 'Object',
): Promise<Relation> {
  const { key, database, schema } = resolveName(parts, context.session)
  const relations = await listRelations(context, { kind: 'schema', database, schema })
  const found = relations.filter((relation) => relation.key === key)
  const relation = found.find(({ temporary }) => temporary) ?? found[0]
  if (relation === undefined) throw doesNotExist(kind, key)
  return relation
}

/** The columns of tables and views, by relation, in their order. */
export async function listColumns(
  context: StatementContext,
  relations: readonly Relation[],
): Promise<ReadonlyMap<Relation, readonly RelationColumn[]>> {
  const { rows } = await context.session.engine.run(
    `SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, comment
     FROM duckdb_columns() WHERE NOT internal ORDER BY schema_name, table_name, column_index`,
  )
  const columnsOf = (relation: Relation): RelationColumn[] => {
    const [schema, name] = relation.temporary
      ? ['main', relation.key]
      : [engineSchema(relation.database, relation.schema), relation.name]
    return rows.filter((row) => row[0] === schema && row[1] === name).map(readColumn)
  }
  return new Map(relations.map((relation) => [relation, columnsOf(relation)]))
}

function readColumn(row: readonly unknown[]): RelationColumn {
  const [, , name, type, isNullable, initial, commentText] = row
  const about = readObjectComment(textOrNull(commentText))
  return {
    name: String(name),
    type: readEngineType(String(type), about.type),
    notNull: isNullable === false,
    default: textOrNull(initial),
    comment: about.comment ?? null,
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** How many rows each of the tables has. */
export async function countRows(
  context: StatementContext,
  tables: readonly Relation[],
): Promise<ReadonlyMap<Relation, number>> {
  if (tables.length === 0) return new Map()
  const counts = tables.map(({ sqlName }, index) => `SELECT ${index}, count(*) FROM ${sqlName}`)
  const { rows } = await context.session.engine.run(counts.join(' UNION ALL '))
  const byIndex = new Map(rows.map(([index, count]) => [Number(index), Number(count)]))
  return new Map(tables.map((table, index) => [table, byIndex.get(index) ?? 0]))
}
