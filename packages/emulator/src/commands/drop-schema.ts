import { printIdentifier, printName } from '@spcs/sql'
import type { Account, StatementContext } from '../account.ts'
import { dropGrantsOn } from '../access-control.ts'
import { quotedEngineSchema } from '../catalog/engine-schema.ts'
import type { Schema } from '../catalog/objects.ts'
import { SECURABLES } from '../catalog/securables.ts'

/** Makes the engine's schema for a schema that the catalog is about to get. */
export async function createEngineSchema(
  { database, schema }: { readonly database: string; readonly schema: string },
  context: StatementContext,
): Promise<void> {
  await commitTransaction(context)
  const name = quotedEngineSchema(database, schema)
  await context.session.engine.run(`CREATE SCHEMA IF NOT EXISTS ${name}`)
}

/**
 * Drops schemas with all that is in them. What runs, is stored or is a table goes first; the catalog changes
 * last, so that a failure on the way leaves objects that can be dropped again.
 */
export async function dropSchemas(
  schemas: readonly Schema[],
  context: StatementContext,
): Promise<void> {
  const { catalog, stages } = context.account
  await commitTransaction(context)
  for (const { database, name: schema } of schemas) {
    await endServices({ database, schema }, context.account)
    const name = quotedEngineSchema(database, schema)
    await context.session.engine.run(`DROP SCHEMA IF EXISTS ${name} CASCADE`)
    const ownStages = catalog.stages
      .list()
      .filter((stage) => stage.database === database && stage.schema === schema)
    for (const stage of ownStages) await stages.drop(stage)
  }
  for (const schema of schemas) removeFromCatalog(schema, context)
}

/** Ends what runs in a schema and deletes its images. The objects themselves are still in the catalog afterwards. */
export async function endServices(
  { database, schema }: { readonly database: string; readonly schema: string },
  { catalog, services, images }: Account,
): Promise<void> {
  const isIn = (one: { readonly database: string; readonly schema: string }): boolean =>
    one.database === database && one.schema === schema
  for (const service of catalog.services.list().filter(isIn)) services.drop(service)
  for (const repository of catalog.imageRepositories.list().filter(isIn)) {
    await images.drop(repository)
  }
}

/** DDL ends the open transaction, as in Snowflake: what was done before it stays. */
export async function commitTransaction({ session }: StatementContext): Promise<void> {
  if (!session.engine.inTransaction) return
  await session.engine.run('COMMIT')
  session.engine.inTransaction = false
}

function removeFromCatalog(schema: Schema, context: StatementContext): void {
  const { catalog } = context.account
  for (const [on, kind] of Object.entries(SECURABLES)) {
    const objects = kind.objects(catalog)
    for (const [key, object] of objects.entries()) {
      if (object.database !== schema.database || object.schema !== schema.name) continue
      dropGrantsOn(catalog, on, key)
      objects.remove(key)
    }
  }
  const key = printName([schema.database, schema.name])
  const relations = catalog.grants.filter(
    (grant) => ['TABLE', 'VIEW'].includes(grant.on) && grant.name.startsWith(`${key}.`),
  )
  for (const { on, name } of relations) dropGrantsOn(catalog, on, name)
  dropGrantsOn(catalog, 'SCHEMA', key)
  catalog.schemas.remove(key)
}

/** Forgets a database once its schemas are gone. */
export function removeDatabase(name: string, context: StatementContext): void {
  const key = printIdentifier(name)
  dropGrantsOn(context.account.catalog, 'DATABASE', key)
  context.account.catalog.databases.remove(key)
}
