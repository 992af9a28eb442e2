import { alteration, differences, type ObjectKind } from './object-kind.ts'
import { likeInSchema, printProperties, printTypedName, sentence } from './property.ts'

/** An internal stage, encrypted by Snowflake: stage volumes and specifications need that. */
export interface Stage {
  readonly name: string
  /** Keep a directory table. */
  readonly directory?: boolean | undefined
  readonly comment?: string | undefined
}

export function createStageSql({ name, directory, comment }: Stage): string {
  return sentence(
    `CREATE STAGE IF NOT EXISTS ${printTypedName(name)}`,
    ...printProperties({
      ENCRYPTION: { sql: "(TYPE = 'SNOWFLAKE_SSE')" },
      DIRECTORY: directory === undefined ? undefined : { sql: directoryValue(directory) },
      COMMENT: comment,
    }),
  )
}

export function alterStageSql(name: string, { comment }: Pick<Stage, 'comment'>): string {
  return sentence(
    `ALTER STAGE ${printTypedName(name)} SET`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function alterStageDirectorySql(name: string, directory: boolean): string {
  return `ALTER STAGE ${printTypedName(name)} SET DIRECTORY = ${directoryValue(directory)}`
}

export function showStagesSql(name: string): string {
  return `SHOW STAGES ${likeInSchema(name)}`
}

export function listStageSql(location: string): string {
  return `LIST ${location}`
}

export function dropStageSql(name: string): string {
  return `DROP STAGE IF EXISTS ${printTypedName(name)}`
}

export const stages: ObjectKind<Stage> = {
  kind: 'stage',
  name: ({ name }) => name,
  showSql: ({ name }) => showStagesSql(name),
  createSql: createStageSql,
  // The two have no statement in common.
  alterations: (stage, row) => {
    const { name, directory, comment } = stage
    const isEnabled = row['directory_enabled'] === 'Y'
    return [
      ...alteration(stage, differences({ directory: [directory, isEnabled] }), () =>
        alterStageDirectorySql(name, directory === true),
      ),
      ...alteration(stage, differences({ comment: [comment, row['comment']] }), (changes) =>
        alterStageSql(name, changes),
      ),
    ]
  },
}

function directoryValue(directory: boolean): string {
  return `(ENABLE = ${directory ? 'TRUE' : 'FALSE'})`
}
