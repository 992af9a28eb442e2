import {
  numberColumn,
  type RowsResult,
  STATEMENT_TYPE,
  type StatementResult,
  type StatementTypeId,
  textColumn,
} from '../statement-result.ts'

type Run = (text: string) => Promise<StatementResult>

const QUERY = /^(?:SELECT|WITH|VALUES)$/
const LIST = /^(?:SHOW|DESC|DESCRIBE|LIST|LS)$/
const DML: Readonly<Record<string, readonly [StatementTypeId, ...columns: string[]]>> = {
  INSERT: [STATEMENT_TYPE.insert, 'number of rows inserted'],
  UPDATE: [STATEMENT_TYPE.update, 'number of rows updated', 'number of multi-joined rows updated'],
  DELETE: [STATEMENT_TYPE.delete, 'number of rows deleted'],
}

/**
 * The columns that a statement would give; it is not run, and no service is called.
 *
 * DIFFERS: DML and DDL are not checked, Snowflake compiles them.
 */
export async function describeOnly(text: string, firstWord: string, run: Run): Promise<RowsResult> {
  if (QUERY.test(firstWord)) return withoutRows(await run(`SELECT * FROM (\n${text}\n) LIMIT 0`))
  if (LIST.test(firstWord)) return withoutRows(await run(text))
  const [typeId, ...columns] = DML[firstWord] ?? [STATEMENT_TYPE.ddl]
  return {
    kind: 'rows',
    typeId,
    columns: columns.length === 0 ? [textColumn('status')] : columns.map(numberColumn),
    rows: [],
  }
}

function withoutRows(result: StatementResult): RowsResult {
  const columns = result.kind === 'rows' ? result.columns : []
  return { kind: 'rows', typeId: result.typeId, columns, rows: [] }
}
