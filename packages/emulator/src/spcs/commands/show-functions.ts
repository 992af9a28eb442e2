import { type DataType, printDataType } from '@spcs/sql'
import { isVisible } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import { functionKey } from '../../catalog/catalog.ts'
import type { ServiceFunctionObject } from '../../catalog/objects.ts'
import { resolveName } from '../../catalog/resolve-name.ts'
import type { Command } from '../../commands/command.ts'
import { applyShowOptions, isInScope, readShow } from '../../commands/show-filter.ts'
import { cannotPerform } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import {
  type Cell,
  numberColumn,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
  type WireColumn,
} from '../../statement-result.ts'
import { readDataType } from './read-data-type.ts'

export const showFunctionCommands: readonly Command[] = [
  { syntax: 'SHOW [USER] FUNCTIONS', run: showFunctions },
  { syntax: 'DESCRIBE|DESC FUNCTION', run: describeFunction },
]

type ShownColumn = readonly [column: WireColumn, cell: (fn: ServiceFunctionObject) => Cell]

const COLUMNS: readonly ShownColumn[] = [
  [timestampColumn('created_on'), (fn) => fn.createdOn],
  [textColumn('name'), (fn) => fn.name],
  [textColumn('schema_name'), (fn) => fn.schema],
  [textColumn('is_builtin'), () => 'N'],
  [textColumn('is_aggregate'), () => 'N'],
  [textColumn('is_ansi'), () => 'N'],
  [numberColumn('min_num_arguments'), (fn) => fn.arguments.length],
  [numberColumn('max_num_arguments'), (fn) => fn.arguments.length],
  [textColumn('arguments'), printCall],
  [textColumn('description'), (fn) => (fn.comment === '' ? 'user-defined function' : fn.comment)],
  [textColumn('catalog_name'), (fn) => fn.database],
  [textColumn('is_table_function'), () => 'N'],
  [textColumn('valid_for_clustering'), () => 'N'],
  [textColumn('is_secure'), () => 'N'],
  [textColumn('secrets'), () => null],
  [textColumn('external_access_integrations'), () => null],
  [textColumn('is_external_function'), () => 'Y'],
  [textColumn('language'), () => 'EXTERNAL'],
  [textColumn('is_memoizable'), () => 'N'],
  [textColumn('is_data_metric'), () => 'N'],
]

// DIFFERS: SHOW FUNCTIONS lists Snowflake's own functions too; here both forms list the account's.
function showFunctions(reader: TokenReader, context: StatementContext): StatementResult {
  const { scope, options } = readShow(reader, context)
  const visible = context.account.catalog.functions
    .list()
    .filter((fn) => isInScope(fn, scope))
    .filter((fn) => isVisibleFunction(fn, context))
  return tableResult(
    COLUMNS.map(([column]) => column),
    applyShowOptions(visible, options, ({ name }) => name).map((fn) =>
      COLUMNS.map(([, cell]) => cell(fn)),
    ),
  )
}

function describeFunction(reader: TokenReader, context: StatementContext): StatementResult {
  const parts = reader.name('the name of a function')
  const types = reader.list(() => readDataType(reader))
  reader.end()
  const { database, schema, name } = resolveName(parts, context.session)
  const fn = context.account.catalog.functions.maybe(functionKey([database, schema, name], types))
  if (fn === undefined || !isVisibleFunction(fn, context)) throw cannotPerform()
  const signature = fn.arguments.map((one) => `${one.name} ${printDataType(one.type)}`).join(', ')
  const headers = fn.contextHeaders.length === 0 ? null : fn.contextHeaders.join(', ')
  return tableResult(
    [textColumn('property'), textColumn('value')],
    [
      ['signature', `(${signature})`],
      ['returns', printDataType(fn.returns)],
      ['language', 'EXTERNAL'],
      ['null handling', fn.strict ? 'RETURNS NULL ON NULL INPUT' : 'CALLED ON NULL INPUT'],
      ['volatility', fn.immutable ? 'IMMUTABLE' : 'VOLATILE'],
      ['body', fn.path],
      ['service', fn.service],
      ['endpoint', fn.endpoint],
      ['context_headers', headers],
      ['max_batch_rows', fn.maxBatchRows],
    ],
    STATEMENT_TYPE.describe,
  )
}

/** `CONVERT_UDF(FLOAT) RETURN FLOAT`, types without their sizes. */
function printCall(fn: ServiceFunctionObject): string {
  const types = fn.arguments.map((argument) => typeName(argument.type))
  return `${fn.name}(${types.join(', ')}) RETURN ${typeName(fn.returns)}`
}

function typeName(type: DataType): string {
  return printDataType(type).replace(/\(.*/, '')
}

function isVisibleFunction(fn: ServiceFunctionObject, context: StatementContext): boolean {
  const key = context.account.catalog.functions.keyOf(fn)
  return isVisible(context, { on: 'FUNCTION', key, owner: fn.owner })
}
