import { printName } from '@spcs/sql'
import { requirePrivilege } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import { type QualifiedName, resolveName, resolveNewName } from '../../catalog/resolve-name.ts'
import { unsupported } from '../../snowflake-error.ts'
import { type RowsResult, STATEMENT_TYPE, statusResult, textColumn } from '../../statement-result.ts'
import { kindOf } from './ast.ts'
import { canceled, translateEngineError } from './engine-error.ts'
import { prepareEnvironment, rootScope } from './environment.ts'
import { storedParts } from './names.ts'
import { loadParser, type ParsedStatement, parseStatement } from './parse.ts'
import { ServicePasses } from './passes/service-passes.ts'
import { answerSystemCall } from './passes/system-calls.ts'
import { planAlter } from './print/alter.ts'
import { type DdlContext, planCreateTable, planCreateView, planDrop, planTruncate } from './print/ddl.ts'
import { planDelete, planInsert, planMerge, planUpdate } from './print/dml.ts'
import type { CallServiceFunction, RunQuery, SystemFunction } from './query-engine.ts'
import { endTransaction, runPlan } from './run-plan.ts'
import type { Scope } from './scope.ts'
import { maybeOwnStatement, type OwnStatement } from './statement-kind.ts'
import type { StatementPlan } from './statement-plan.ts'
import { readTable } from './tables.ts'
import { useTimeZone } from './time-zone.ts'

/** What the query engine calls out to. */
export interface QueryExtensions {
  /** `SYSTEM$…` functions by upper-case name. */
  readonly systemFunctions: Readonly<Record<string, SystemFunction>>
  readonly callServiceFunction: CallServiceFunction
}

/** Makes the query engine of an account. */
export function createRunQuery(extensions: QueryExtensions): RunQuery {
  return async (text, context) => {
    const { signal, session } = context
    if (signal.aborted) throw canceled()
    const interrupt = (): void => session.engine.interrupt()
    signal.addEventListener('abort', interrupt)
    try {
      await loadParser()
      await useTimeZone(session)
      return await run(text, context, extensions)
    } catch (error) {
      throw signal.aborted ? canceled() : translateEngineError(error)
    } finally {
      signal.removeEventListener('abort', interrupt)
    }
  }
}

async function run(
  text: string,
  context: StatementContext,
  extensions: QueryExtensions,
): Promise<RowsResult> {
  const own = maybeOwnStatement(text)
  if (own !== undefined && own !== 'alter') return runTransaction(own, context)
  const parsed = parseStatement(own === 'alter' ? 'SELECT 1' : text)
  const environment = await prepareEnvironment(parsed, context)
  const scope = rootScope(environment, parsed)
  try {
    // Inner calls stand behind the outer ones whose arguments they are.
    for (const call of parsed.systemCalls.toReversed()) {
      const answer = await answerSystemCall(call, extensions.systemFunctions, scope, context)
      environment.systemAnswers.set(call, answer)
    }
    if ('Call' in parsed.statement) return answerOfCall(parsed, environment.systemAnswers)
    const plan =
      own === 'alter'
        ? await planAlter(text, alterContext(context, scope))
        : planStatement(parsed, scope, context)
    const passes = new ServicePasses(environment, extensions.callServiceFunction, context)
    return await runPlan(plan, passes, context)
  } finally {
    environment.calls.close()
  }
}

function planStatement(
  parsed: ParsedStatement,
  scope: Scope,
  context: StatementContext,
): StatementPlan {
  const { statement } = parsed
  const { session, account } = context
  const { tables } = scope.statement
  const resolve = (parts: readonly string[]): QualifiedName => resolveName(parts, session)
  const maybeTable = (name: QualifiedName): ReturnType<typeof tables.maybe> => tables.maybe(name)
  const ddlContext = (privilege: string): DdlContext => ({
    owner: session.role,
    now: account.now().toISOString(),
    maybeTable,
    newName: (parts) => {
      const name = resolveNewName(parts, session, account.catalog)
      const key = printName([name.database, name.schema])
      const { owner } = account.catalog.schemas.get(key)
      requirePrivilege(context, privilege, { on: 'SCHEMA', key, owner })
      return name
    },
  })
  if ('Query' in statement) {
    const query = scope.statement.query(statement.Query, scope)
    return { kind: 'query', sql: query.sql, values: [], columns: query.columns }
  }
  if ('Insert' in statement) return planInsert(statement.Insert, scope)
  if ('Update' in statement) return planUpdate(statement.Update, scope)
  if ('Delete' in statement) return planDelete(statement.Delete, scope)
  if ('Merge' in statement) return planMerge(statement.Merge, scope)
  if ('CreateTable' in statement) {
    return planCreateTable(statement.CreateTable, scope, ddlContext('CREATE TABLE'))
  }
  if ('CreateView' in statement) {
    return planCreateView(statement.CreateView, scope, session, ddlContext('CREATE VIEW'))
  }
  if ('Drop' in statement) return planDrop(statement.Drop, resolve, maybeTable)
  if ('Truncate' in statement) return planTruncate(statement.Truncate, resolve, maybeTable)
  throw unsupported(kindOf(statement)[0])
}

function alterContext(
  { session }: StatementContext,
  scope: Scope,
): Parameters<typeof planAlter>[1] {
  return {
    scope,
    resolve: (parts) => resolveName(parts, session),
    maybeTable: (name) => readTable(name, session.engine),
  }
}

/** CALL of a system function: one row, named after it. */
function answerOfCall(
  parsed: ParsedStatement,
  answers: ReadonlyMap<object, string | null>,
): RowsResult {
  if (!('Call' in parsed.statement)) throw unsupported('CALL')
  const call = parsed.statement.Call
  const name = storedParts(call.name).join('.')
  const answer = answers.get(call)
  if (answer === undefined) throw unsupported(`CALL ${name}`)
  return {
    kind: 'rows',
    typeId: STATEMENT_TYPE.select,
    columns: [textColumn(name)],
    rows: [[answer]],
  }
}

async function runTransaction(
  statement: Exclude<OwnStatement, 'alter'>,
  context: StatementContext,
): Promise<RowsResult> {
  const { engine } = context.session
  if (statement === 'begin' && !engine.inTransaction) {
    await engine.run('BEGIN')
    engine.inTransaction = true
  }
  if (statement === 'commit') await endTransaction(context)
  if (statement === 'rollback' && engine.inTransaction) {
    engine.inTransaction = false
    await engine.run('ROLLBACK')
  }
  return statusResult('Statement executed successfully.', STATEMENT_TYPE.transaction)
}
