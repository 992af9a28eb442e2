import { alteration, differences, type ObjectKind } from './object-kind.ts'
import { likeInSchema, printProperties, printUnquotedName, sentence } from './property.ts'

/** A place for images in the account's registry. */
export interface ImageRepository {
  readonly name: string
  readonly comment?: string | undefined
}

export function createImageRepositorySql({ name, comment }: ImageRepository): string {
  return sentence(
    `CREATE IMAGE REPOSITORY IF NOT EXISTS ${printUnquotedName(name)}`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function alterImageRepositorySql(
  name: string,
  { comment }: Pick<ImageRepository, 'comment'>,
): string {
  return sentence(
    `ALTER IMAGE REPOSITORY ${printUnquotedName(name)} SET`,
    ...printProperties({ COMMENT: comment }),
  )
}

export function showImageRepositoriesSql(name: string): string {
  return `SHOW IMAGE REPOSITORIES ${likeInSchema(name)}`
}

export function showImagesSql(name: string): string {
  return `SHOW IMAGES IN IMAGE REPOSITORY ${printUnquotedName(name)}`
}

/** Drops the images too; single images cannot be dropped. */
export function dropImageRepositorySql(name: string): string {
  return `DROP IMAGE REPOSITORY IF EXISTS ${printUnquotedName(name)}`
}

export const imageRepositories: ObjectKind<ImageRepository> = {
  kind: 'image repository',
  name: ({ name }) => name,
  showSql: ({ name }) => showImageRepositoriesSql(name),
  createSql: createImageRepositorySql,
  alterations: (repository, row) =>
    alteration(
      repository,
      differences({ comment: [repository.comment, row['comment']] }),
      (changes) => alterImageRepositorySql(repository.name, changes),
    ),
}
