import { createHash } from 'node:crypto'
import {
  createFunctionSql,
  type CreateFunctionOptions,
  type ServiceFunction,
} from '@spcs/service-function'
import { parseDataType, parseName, printIdentifier } from '@spcs/sql'
import {
  type Difference,
  differences,
  type FieldValues,
  type ObjectKind,
  objectName,
  printList,
  type ShownRow,
  textOf,
} from './object-kind.ts'
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
  describeSql: (deployed) => `DESCRIBE FUNCTION ${printFunctionName(deployed)}`,
  showGrantsSql: (deployed) => `SHOW GRANTS ON FUNCTION ${printFunctionName(deployed)}`,
  grantTarget: (deployed) => ({ kind: 'FUNCTION', name: printFunctionName(deployed) }),
  needs: ({ service }) => [objectName('service', printTypedName(service))],
  onceReady: true,
  createSql: (deployed) => createServiceFunctionSql(deployed),
  alterations: (deployed, row) => {
    const found = functionDifferences(deployed, row)
    if (found.length === 0) return []
    const sql = createServiceFunctionSql(deployed, { orReplace: true })
    return [{ sql, differences: found, dropsGrants: true }]
  },
}

/** What DESCRIBE FUNCTION tells, field by field; of what it does not tell, the stamp says whether it is the same. */
function functionDifferences(deployed: DeployedFunction, row: ShownRow): Difference[] {
  const { definition, service, endpoint, immutable } = deployed
  const { path, maxBatchRows, nullHandling, contextHeaders } = definition
  const description = textOf(row['description'])
  const [, comment = description, stamp] = /^(.*?) ?(\[spcs \w+\])$/s.exec(description) ?? []
  const returnsNull = nullHandling === 'returns-null-on-null-input'
  const fields: FieldValues = {
    path: [path, row['body']],
    service: [printTypedName(service), row['service']],
    endpoint: [endpoint, row['endpoint']],
    maxBatchRows: [maxBatchRows, row['max_batch_rows']],
    contextHeaders: [printList(contextHeaders.join()), printList(row['context_headers'])],
    nullHandling: [
      returnsNull ? 'RETURNS NULL ON NULL INPUT' : 'CALLED ON NULL INPUT',
      row['null handling'],
    ],
    volatility: [immutable === true ? 'IMMUTABLE' : 'VOLATILE', row['volatility']],
    comment: [definition.comment, comment],
  }
  // What is told in a form of its own cannot be compared: a path in another form would differ for ever.
  const told = Object.entries(fields).filter(
    ([field, [, shown]]) =>
      shown !== undefined && (field !== 'path' || textOf(shown).startsWith('/')),
  )
  const found = differences(Object.fromEntries(told))
  if (found.length > 0) return found
  return differences({ definition: [stampOf(deployed), stamp] })
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
