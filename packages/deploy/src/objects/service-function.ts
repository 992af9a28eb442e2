import { createHash } from 'node:crypto'
import {
  createFunctionSql,
  type CreateFunctionOptions,
  type ServiceFunction,
} from '@spcs/service-function'
import { parseDataType, parseName, printIdentifier } from '@spcs/sql'
import { type ObjectKind, type ShownRow, textOf } from './object-kind.ts'
import { likeInSchema, printTypedName } from './property.ts'

/** A service function in an account: its definition, and the service that answers it. */
export interface DeployedFunction extends Omit<CreateFunctionOptions, 'orReplace'> {
  readonly definition: ServiceFunction
}

/**
 * The CREATE FUNCTION. Snowflake shows neither service nor path of a function, so its comment ends in a stamp, by which
 * a later deploy knows whether anything has changed.
 */
export function createServiceFunctionSql(
  deployed: DeployedFunction,
  { orReplace = false }: { readonly orReplace?: boolean } = {},
): string {
  const { definition, ...options } = deployed
  const comment = [definition.comment, stampOf(deployed)].filter(Boolean).join(' ')
  return createFunctionSql({ ...definition, comment }, { ...options, orReplace })
}

export function showFunctionsSql(name: string): string {
  return `SHOW USER FUNCTIONS ${likeInSchema(name)}`
}

/** A function is named by its argument types too: `DB.PUBLIC.F(FLOAT)`. */
export function dropServiceFunctionSql(deployed: DeployedFunction): string {
  return `DROP FUNCTION IF EXISTS ${printFunctionName(deployed)}`
}

/** `DB.PUBLIC.F(FLOAT)`: how GRANT, DESCRIBE and DROP name a function. */
export function printFunctionName(deployed: DeployedFunction): string {
  const types = deployed.definition.arguments.map(({ sqlType }) => sqlType)
  return `${printTypedName(nameOf(deployed))}(${types.join(', ')})`
}

export const serviceFunctions: ObjectKind<DeployedFunction> = {
  kind: 'function',
  name: nameOf,
  showSql: (deployed) => showFunctionsSql(nameOf(deployed)),
  isShown: (deployed, row) => hasSameArguments(deployed, row),
  createSql: (deployed) => createServiceFunctionSql(deployed),
  alterations: (deployed, row) => {
    if (textOf(row['description']).endsWith(stampOf(deployed))) return []
    const sql = createServiceFunctionSql(deployed, { orReplace: true })
    // Replacing takes away the grants on the function; those that are wanted are given again.
    return [{ sql, why: 'its definition has changed', destructive: true }]
  },
}

function nameOf({ definition, name }: DeployedFunction): string {
  return name ?? printIdentifier(definition.name)
}

/** `[spcs 1a2b3c4d5e6f]`: a digest of the function's SQL. */
function stampOf({ definition, ...options }: DeployedFunction): string {
  const digest = createHash('sha256').update(createFunctionSql(definition, options)).digest('hex')
  return `[spcs ${digest.slice(0, 12)}]`
}

/** SHOW gives `CONVERT_UDF(FLOAT) RETURN FLOAT`; functions of one name differ by their argument types. */
function hasSameArguments(deployed: DeployedFunction, row: ShownRow): boolean {
  const { definition } = deployed
  const [, list = ''] = /\(([^)]*)\)/.exec(textOf(row['arguments'])) ?? []
  const shown = list.split(',').flatMap((type) => (type.trim() === '' ? [] : [kindOf(type)]))
  const wanted = definition.arguments.map(({ type }) => type.kind)
  return row['name'] === lastPart(deployed) && shown.join() === wanted.join()
}

function kindOf(type: string): string {
  return parseDataType(type).kind
}

function lastPart(deployed: DeployedFunction): string | undefined {
  return parseName(nameOf(deployed)).at(-1)
}
