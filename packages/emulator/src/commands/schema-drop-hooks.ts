import type { StatementContext } from '../account.ts'

/** The schema that goes: a hook finds its objects by it. */
export interface DroppedSchema {
  readonly database: string
  readonly schema: string
}

/**
 * Ends what runs and deletes what is stored for the objects of a schema. They are still in the catalog when it is
 * called, and leave it, with the grants on them, right after.
 */
export type SchemaDropHook = (
  dropped: DroppedSchema,
  context: StatementContext,
) => Promise<void> | void

const hooks: SchemaDropHook[] = []

/** Registers what is to be done when a schema goes: by DROP, or by CREATE OR REPLACE. */
export function onSchemaDropped(hook: SchemaDropHook): void {
  hooks.push(hook)
}

/** Calls every hook, in the order in which they were registered. */
export async function schemaDropped(
  dropped: DroppedSchema,
  context: StatementContext,
): Promise<void> {
  for (const hook of hooks) await hook(dropped, context)
}
