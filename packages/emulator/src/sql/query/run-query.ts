import type { StatementContext } from '../../account.ts'
import { unsupported } from '../../snowflake-error.ts'
import {
  type RowsResult,
  STATEMENT_TYPE,
  statusResult,
  textColumn,
} from '../../statement-result.ts'
import { canceled, translateEngineError } from './engine-error.ts'
import { prepareEnvironment, rootScope } from './environment.ts'
import { storedParts } from './names.ts'
import { outlastRaces } from './outlast-races.ts'
import { loadParser, type ParsedStatement, parseStatement } from './parse.ts'
import { ServicePasses } from './passes/service-passes.ts'
import { answerSystemCall } from './passes/system-calls.ts'
import { alterContext, planStatement } from './plan-statement.ts'
import { planAlter } from './print/alter.ts'
import type { CallServiceFunction, RunQuery, SystemFunction } from './query-engine.ts'
import { endTransaction, runPlan } from './run-plan.ts'
import { maybeOwnStatement, type OwnStatement } from './statement-kind.ts'
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
      return await outlastRaces(session.engine, () => run(text, context, extensions))
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
        ? await planAlter(text, alterContext(scope, context))
        : planStatement(parsed, scope, context)
    const passes = new ServicePasses(environment, extensions.callServiceFunction, context)
    return await runPlan(plan, passes, context)
  } finally {
    environment.calls.close()
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
