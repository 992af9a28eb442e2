import { printName, type QueryRunner } from '@spcs/sql'
import { type ShownRow, textOf } from '../objects/object-kind.ts'
import { listStageSql } from '../objects/stage.ts'
import { rowsOrNone } from '../shown-rows.ts'
import type { CleanupContent } from './cleanup-plan.ts'

/** What is lost with a database: tables with their rows, stages with their files, repositories with their images. */
export async function databaseContents(
  runner: QueryRunner,
  database: string,
  ours: ReadonlySet<string>,
): Promise<CleanupContent[]> {
  const found = await Promise.all(KINDS.map((kind) => contentsOf(runner, database, kind)))
  return found.flat().map((content) => ({ ...content, isOurs: ours.has(content.object) }))
}

interface ContentKind {
  readonly word: string
  readonly showSql: (database: string) => string
  /** Rows that the database brings by itself, or that are no object. */
  readonly isOwn?: (row: ShownRow) => boolean
  readonly size?: (row: ShownRow, name: string, runner: QueryRunner) => Promise<string> | string
}

const KINDS: readonly ContentKind[] = [
  {
    word: 'table',
    showSql: (database) => `SHOW TABLES IN DATABASE ${database}`,
    // Where the lock of deploys is.
    isOwn: (row) => textOf(row['name']) === 'SPCS_DEPLOY_LOCKS',
    size: (row) => counted(Number(textOf(row['rows']) || 0), 'row'),
  },
  { word: 'view', showSql: (database) => `SHOW VIEWS IN DATABASE ${database}` },
  {
    word: 'stage',
    showSql: (database) => `SHOW STAGES IN DATABASE ${database}`,
    size: async (_, name, runner) =>
      counted((await rowsOrNone(runner, listStageSql(`@${name}`))).length, 'file'),
  },
  {
    word: 'image repository',
    showSql: (database) => `SHOW IMAGE REPOSITORIES IN DATABASE ${database}`,
    size: async (_, name, runner) =>
      counted(
        (await rowsOrNone(runner, `SHOW IMAGES IN IMAGE REPOSITORY ${name}`)).length,
        'image',
      ),
  },
  { word: 'service', showSql: (database) => `SHOW SERVICES IN DATABASE ${database}` },
  { word: 'network rule', showSql: (database) => `SHOW NETWORK RULES IN DATABASE ${database}` },
  {
    word: 'function',
    showSql: (database) => `SHOW USER FUNCTIONS IN DATABASE ${database}`,
    isOwn: (row) => textOf(row['is_builtin']) === 'Y',
  },
]

type Found = Omit<CleanupContent, 'isOurs'>

async function contentsOf(
  runner: QueryRunner,
  database: string,
  { word, showSql, isOwn, size }: ContentKind,
): Promise<Found[]> {
  const rows = await rowsOrNone(runner, showSql(database))
  const others = rows.filter((row) => isOwn?.(row) !== true && isInSchema(row))
  return Promise.all(
    others.map(async (row) => {
      const name = nameOf(row)
      return { object: `${word} ${name}`, size: (await size?.(row, name, runner)) ?? '' }
    }),
  )
}

/** Views of the information schema are in every database. */
function isInSchema(row: ShownRow): boolean {
  return textOf(row['schema_name']) !== 'INFORMATION_SCHEMA'
}

/** A function's database is in a column of another name. */
function nameOf(row: ShownRow): string {
  const database = textOf(row['database_name'] ?? row['catalog_name'])
  return printName([database, textOf(row['schema_name']), textOf(row['name'])])
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
