import { sessionParameters } from '../catalog/parameters.ts'
import type { Session } from '../sql-session.ts'
import { STATEMENT_TYPE, type StatementResult, textColumn } from '../statement-result.ts'
import { packRows } from './pack-rows.ts'
import type { Statement } from './statement.ts'
import { type StoredAnswer, storeAnswer } from './stored-answer.ts'

/** A statement's result as the `data` of its answer, with the session as the statement left it. */
export async function encodeAnswer(
  statement: Statement,
  result: StatementResult,
  bindCount: number,
): Promise<StoredAnswer> {
  const fields = {
    ...sessionFields(statement.session),
    queryId: statement.queryId,
    statementTypeId: result.typeId,
    numberOfBinds: bindCount,
    arrayBindSupported: isDml(result.typeId),
    queryResultFormat: 'json',
    version: 1,
  }
  if (result.kind === 'transfer') {
    return storeAnswer({ ...fields, rowtype: [], ...result.data }, await packRows([]))
  }
  const rowtype = result.columns.map((column) => ({
    database: '',
    schema: '',
    table: '',
    collation: null,
    ...column,
  }))
  const { rows } = result
  const packed = 'kind' in rows ? rows : await packRows(rows, statement.signal)
  return storeAnswer({ ...fields, rowtype }, packed)
}

/** The answer of several statements in one request: where their own answers are. */
export async function encodeMultiStatementAnswer(
  statement: Statement,
  children: readonly Statement[],
): Promise<StoredAnswer> {
  const typeIds = children.map(({ outcome }) =>
    outcome?.kind === 'succeeded' ? outcome.typeId : 0,
  )
  const fields = {
    ...sessionFields(statement.session),
    queryId: statement.queryId,
    statementTypeId: STATEMENT_TYPE.multiStatement,
    resultIds: children.map(({ queryId }) => queryId).join(','),
    resultTypes: typeIds.join(','),
    queryResultFormat: 'json',
    version: 1,
    rowtype: [textColumn('multiple statement execution')],
  }
  return storeAnswer(fields, await packRows([['Multiple statements executed successfully.']]))
}

/** Drivers learn from every answer where the session is now, and how values are to be printed. */
function sessionFields(session: Session): Record<string, unknown> {
  return {
    parameters: parameterList(session),
    finalDatabaseName: session.database,
    finalSchemaName: session.schema,
    finalWarehouseName: session.warehouse,
    finalRoleName: session.role,
    databaseProvider: null,
    sendResultTime: Date.now(),
  }
}

/** Session parameters in the form that drivers read. */
export function parameterList(
  session: Session,
): { name: string; value: string | number | boolean }[] {
  return Object.entries(sessionParameters(session)).map(([name, value]) => ({ name, value }))
}

function isDml(typeId: number): boolean {
  return typeId >= STATEMENT_TYPE.insert && typeId <= STATEMENT_TYPE.multiTableInsert
}
