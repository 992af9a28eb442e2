import type { StatementContext } from '../../account.ts'
import {
  type RowsResult,
  STATEMENT_TYPE,
  numberColumn,
  statusResult,
} from '../../statement-result.ts'
import { encodeChunk, wireColumn } from './encode-result.ts'
import { RowPacker } from '../../statements/pack-rows.ts'
import { canceled } from './engine-error.ts'
import { requireNoTransaction, type ServicePasses } from './passes/service-passes.ts'
import { dropTableGrants, moveTableGrants } from './table-privileges.ts'
import type { ChangePlan, QueryPlan, StatementPlan, StatusPlan } from './statement-plan.ts'

/** Runs a printed statement on the session's connection, and encodes what it gives. */
export function runPlan(
  plan: StatementPlan,
  passes: ServicePasses,
  context: StatementContext,
): Promise<RowsResult> {
  switch (plan.kind) {
    case 'query':
      return runQueryPlan(plan, passes, context)
    case 'change':
      return keepingGrants(plan, runChangePlan(plan, passes, context), context)
    case 'status':
      return keepingGrants(plan, runStatusPlan(plan, context), context)
  }
}

/** Once tables are gone or have other names, the grants on them follow. */
async function keepingGrants(
  plan: ChangePlan | StatusPlan,
  running: Promise<RowsResult>,
  context: StatementContext,
): Promise<RowsResult> {
  const result = await running
  dropTableGrants(plan.drops ?? [], context)
  if (plan.kind === 'status' && plan.renames !== undefined) {
    moveTableGrants(plan.renames.table, plan.renames.key, context)
  }
  return result
}

async function runQueryPlan(
  plan: QueryPlan,
  passes: ServicePasses,
  context: StatementContext,
): Promise<RowsResult> {
  const { session } = context
  const types = plan.columns.map((column) => column.type)
  const rows = await passes.untilComplete(async () => {
    requireAlive(context)
    const packer = new RowPacker(context.signal)
    await session.engine.read(plan.sql, plan.values, async (chunk) => {
      if (passes.complete) await packer.add(encodeChunk(chunk, types))
    })
    return packer.end()
  })
  const columns = plan.columns.map((column) =>
    wireColumn(column.name, column.type, !column.notNull),
  )
  return { kind: 'rows', typeId: STATEMENT_TYPE.select, columns, rows }
}

async function runChangePlan(
  plan: ChangePlan,
  passes: ServicePasses,
  context: StatementContext,
): Promise<RowsResult> {
  const { session } = context
  const isDdl = plan.typeId === STATEMENT_TYPE.ddl
  if (isDdl) await endTransaction(context)
  else await beginImplicitly(context)
  const own = !session.engine.inTransaction
  if (passes.none)
    return own ? atomically(context, () => change(plan, context)) : change(plan, context)
  if (plan.rehearsal === undefined) requireNoTransaction('MERGE', !own)

  for (;;) {
    // Inside the session's transaction nothing can be taken back: there the change comes when all is answered.
    if (plan.rehearsal !== undefined && (!own || !passes.allLevelsSeen)) {
      await rehearse(plan, passes, context, !own)
    }
    if (!own) {
      const done = await passes.run(() => change(plan, context))
      if (done !== undefined) return done.value
      throw passes.moved()
    }
    const done = await passes.run(() => attempt(plan, passes, context))
    if (done?.value !== undefined) return done.value
  }
}

/** Runs the statement's queries alone, so that its service functions are called; until complete, or once. */
async function rehearse(
  plan: ChangePlan,
  passes: ServicePasses,
  context: StatementContext,
  untilComplete: boolean,
): Promise<void> {
  const pass = async (): Promise<true> => {
    for (const sql of plan.rehearsal ?? []) {
      requireAlive(context)
      await context.session.engine.read(sql, plan.values, () => {})
    }
    return true
  }
  if (untilComplete) {
    await passes.untilComplete(pass)
    return
  }
  while (!passes.allLevelsSeen) if ((await passes.run(pass)) !== undefined) return
}

/** The change in a transaction of its own: taken back when calls in it had no answers. */
async function attempt(
  plan: ChangePlan,
  passes: ServicePasses,
  context: StatementContext,
): Promise<RowsResult | undefined> {
  const { engine } = context.session
  await engine.run('BEGIN')
  try {
    const result = await change(plan, context)
    await engine.run(passes.complete ? 'COMMIT' : 'ROLLBACK')
    return passes.complete ? result : undefined
  } catch (error) {
    await rollBack(context)
    throw error
  }
}

async function change(plan: ChangePlan, context: StatementContext): Promise<RowsResult> {
  let changed = 0
  let actions: readonly (readonly unknown[])[] = []
  for (const [index, sql] of plan.statements.entries()) {
    const values = sql.includes('$1') ? plan.values : []
    requireAlive(context)
    const result = await context.session.engine.run(sql, values)
    if (index !== plan.counted) continue
    changed = result.rowsChanged
    actions = result.rows
  }
  const { reply, typeId } = plan
  if (reply.kind === 'status') return statusResult(reply.status, typeId)
  const names = reply.kind === 'counts' ? reply.columns : reply.columns.map(([, name]) => name)
  const counts =
    reply.kind === 'counts'
      ? reply.columns.map((_, index) => (index === 0 ? changed : 0))
      : reply.columns.map(([action]) => actions.filter(([done]) => done === action).length)
  return { kind: 'rows', typeId, columns: names.map(numberColumn), rows: [counts.map(String)] }
}

async function runStatusPlan(plan: StatusPlan, context: StatementContext): Promise<RowsResult> {
  await endTransaction(context)
  const { engine } = context.session
  const work = async (): Promise<void> => {
    for (const sql of plan.statements) {
      requireAlive(context)
      await engine.run(sql)
    }
  }
  const { undo } = plan
  await (undo === undefined ? atomically(context, work) : undoing(work, undo, context))
  return statusResult(plan.status, plan.typeId)
}

/**
 * Asked right before the engine is: an interrupt stops what runs and waits there, and not what comes later.
 *
 * @throws {SnowflakeError} 000604 once the statement is cancelled.
 */
function requireAlive({ signal }: StatementContext): void {
  if (signal.aborted) throw canceled()
}

async function atomically<T>(context: StatementContext, work: () => Promise<T>): Promise<T> {
  const { engine } = context.session
  await engine.run('BEGIN')
  try {
    const result = await work()
    await engine.run('COMMIT')
    return result
  } catch (error) {
    await rollBack(context)
    throw error
  }
}

async function undoing(
  work: () => Promise<void>,
  undo: readonly string[],
  { session }: StatementContext,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    for (const sql of undo) await session.engine.run(sql)
    throw error
  }
}

/** DDL commits what is open before it. */
export async function endTransaction({ session }: StatementContext): Promise<void> {
  if (!session.engine.inTransaction) return
  session.engine.inTransaction = false
  await session.engine.run('COMMIT')
}

/** With AUTOCOMMIT off, the first change begins a transaction. */
async function beginImplicitly({ session }: StatementContext): Promise<void> {
  if (session.parameters.get('AUTOCOMMIT') !== 'false' || session.engine.inTransaction) return
  await session.engine.run('BEGIN')
  session.engine.inTransaction = true
}

/** Takes back what was begun; after an interrupt DuckDB may have done so already. */
async function rollBack({ session }: StatementContext): Promise<void> {
  try {
    await session.engine.run('ROLLBACK')
  } catch (error) {
    if (!/no transaction is active/i.test(String(error))) throw error
  }
}
