import { parseServiceSpec } from '@spcs/spec'
import { printName } from '@spcs/sql'
import {
  dropGrantsOn,
  hasPrivilege,
  effectiveRoles,
  isVisible,
  requirePrivilege,
  type Securable,
} from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import { functionKey } from '../../catalog/catalog.ts'
import type { Service, ServiceFunctionObject } from '../../catalog/objects.ts'
import { resolveName, resolveNewName } from '../../catalog/resolve-name.ts'
import type { Command } from '../../commands/command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from '../../commands/replies.ts'
import { alreadyExists, doesNotExist, invalidProperty, unsupported } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import type { StatementResult } from '../../statement-result.ts'
import { CONTEXT_FUNCTIONS } from '../context-headers.ts'
import { securableService } from '../find-service.ts'
import { serviceError } from '../service-error.ts'
import { rolesOfService } from '../service-roles.ts'
import { readDataType } from './read-data-type.ts'
import { refuse } from './refuse.ts'
import { showFunctionCommands } from './show-functions.ts'

export const serviceFunctionCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] FUNCTION [IF NOT EXISTS]', run: createFunction },
  { syntax: 'ALTER FUNCTION [IF EXISTS]', run: alterFunction },
  { syntax: 'DROP FUNCTION [IF EXISTS]', run: dropFunction },
  ...showFunctionCommands,
]

/** What a function is without its options being given. */
const DEFAULTS = {
  contextHeaders: [],
  maxBatchRows: null,
  maxBatchRetries: 3,
  onBatchFailure: 'ABORT',
  batchTimeoutSecs: 3600,
  comment: '',
} as const satisfies Partial<ServiceFunctionObject>

const MOST_TIMEOUT_SECS = 604_800

function createFunction(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const parts = reader.name('the name of a function')
  const args = reader.list(() => ({
    name: reader.identifier('the name of an argument'),
    type: readDataType(reader),
  }))
  reader.words('RETURNS')
  if (reader.maybeWords('TABLE')) throw unsupported('CREATE FUNCTION … RETURNS TABLE')
  const returns = readDataType(reader)
  const behaviour = readBehaviour(reader)
  const properties = readProperties(reader)
  if (properties.SERVICE === undefined) {
    throw unsupported('CREATE FUNCTION without SERVICE, ENDPOINT and a path')
  }
  if (properties.ENDPOINT === undefined) throw reader.unexpected('ENDPOINT')
  reader.words('AS')
  const path = reader.string("the endpoint's path")
  reader.end()

  const { account, session } = context
  const { catalog } = account
  const { database, schema, name } = resolveNewName(parts, session, catalog)
  const home = catalog.schemas.get(printName([database, schema]))
  requirePrivilege(context, 'CREATE FUNCTION', {
    on: 'SCHEMA',
    key: catalog.schemas.keyOf(home),
    owner: home.owner,
  })
  const types = args.map(({ type }) => type)
  const existing = catalog.functions.maybe(functionKey([database, schema, name], types))
  const mode = createMode(given)
  if (existing !== undefined && mode === 'keep') return existedAlready(name)
  if (existing !== undefined && mode === 'fail') throw alreadyExists(name)
  if (existing !== undefined) requireOwnership(existing, context)
  const service = requireEndpoint(properties.SERVICE, properties.ENDPOINT, context)
  catalog.functions.put({
    kind: 'FUNCTION',
    database,
    schema,
    name,
    createdOn: account.now().toISOString(),
    owner: session.role,
    arguments: args,
    returns,
    ...behaviour,
    service: catalog.services.keyOf(service),
    endpoint: properties.ENDPOINT,
    path,
    ...DEFAULTS,
    ...changesOf(properties),
  })
  return created('Function', name)
}

function alterFunction(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const found = readFunction(reader, context)
  const { catalog } = context.account
  if (reader.maybeWords('RENAME', 'TO')) {
    const parts = reader.name('a name')
    reader.end()
    if (found.function === undefined) return missing(found.key, given, executed())
    requireOwnership(found.function, context)
    const { database, schema, name } = resolveNewName(parts, context.session, catalog)
    const renamed = { ...found.function, database, schema, name }
    catalog.functions.add(renamed)
    catalog.functions.remove(found.key)
    dropGrantsOn(catalog, 'FUNCTION', found.key)
    return executed()
  }
  const changes = reader.maybeWords('UNSET') ? readUnset(reader) : readSet(reader, found, context)
  reader.end()
  if (found.function === undefined) return missing(found.key, given, executed())
  requireOwnership(found.function, context)
  catalog.functions.change(found.key, changes)
  return executed()
}

function dropFunction(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { function: fn, key, name } = readFunction(reader, context)
  reader.end()
  if (fn === undefined) return missing(key, given, wasDroppedAlready(name))
  requireOwnership(fn, context)
  context.account.catalog.functions.remove(key)
  dropGrantsOn(context.account.catalog, 'FUNCTION', key)
  return dropped(name)
}

interface FoundFunction {
  readonly function: ServiceFunctionObject | undefined
  readonly key: string
  readonly name: string
}

/** Reads `name(type, …)`: the types tell overloads apart. */
function readFunction(reader: TokenReader, context: StatementContext): FoundFunction {
  const parts = reader.name('the name of a function')
  const types = reader.list(() => readDataType(reader))
  const { database, schema, name } = resolveName(parts, context.session)
  const key = functionKey([database, schema, name], types)
  const fn = context.account.catalog.functions.maybe(key)
  const isKnown = fn !== undefined && isVisible(context, securableFunction(fn, context))
  return { function: isKnown ? fn : undefined, key, name }
}

function missing(
  key: string,
  given: ReadonlySet<string>,
  answer: StatementResult,
): StatementResult {
  if (given.has('IF EXISTS')) return answer
  throw doesNotExist('Function', key)
}

/** `[[NOT] NULL] [CALLED ON NULL INPUT | …] [VOLATILE | IMMUTABLE]`, in any order. */
function readBehaviour(
  reader: TokenReader,
): Pick<ServiceFunctionObject, 'returnsNotNull' | 'strict' | 'immutable'> {
  let [returnsNotNull, strict, immutable] = [false, false, false]
  for (;;) {
    if (reader.maybeWords('NOT', 'NULL')) returnsNotNull = true
    else if (reader.maybeWords('RETURNS', 'NULL', 'ON', 'NULL', 'INPUT')) strict = true
    else if (reader.maybeWords('STRICT')) strict = true
    else if (reader.maybeWords('IMMUTABLE')) immutable = true
    else if (reader.maybeWords('CALLED', 'ON', 'NULL', 'INPUT')) strict = false
    else if (reader.maybeWords('VOLATILE')) immutable = false
    else if (!reader.maybeWords('NULL')) return { returnsNotNull, strict, immutable }
  }
}

type Properties = ReturnType<typeof readProperties>

function readProperties(reader: TokenReader) {
  return reader.properties({
    SERVICE: () => reader.name('the name of a service'),
    ENDPOINT: () => readEndpoint(reader),
    COMMENT: () => reader.string('a comment'),
    CONTEXT_HEADERS: () => reader.list(() => readContextHeader(reader)),
    MAX_BATCH_ROWS: () => readAtLeast(reader, 'MAX_BATCH_ROWS', 1),
    MAX_BATCH_RETRIES: () => readAtLeast(reader, 'MAX_BATCH_RETRIES', 0),
    ON_BATCH_FAILURE: () => readOnBatchFailure(reader),
    BATCH_TIMEOUT_SECS: () => readAtLeast(reader, 'BATCH_TIMEOUT_SECS', 1, MOST_TIMEOUT_SECS),
    LANGUAGE: refuse('CREATE FUNCTION … LANGUAGE'),
    HANDLER: refuse('CREATE FUNCTION … HANDLER'),
    RUNTIME_VERSION: refuse('CREATE FUNCTION … RUNTIME_VERSION'),
    API_INTEGRATION: refuse('CREATE FUNCTION … API_INTEGRATION'),
  })
}

/** An endpoint keeps its case in quotes of either kind; a bare one is lower case, as endpoints are. */
function readEndpoint(reader: TokenReader): string {
  const isBare = reader.peek()?.kind === 'word'
  const name = reader.scalar("an endpoint's name")
  return isBare ? name.toLowerCase() : name
}

function readContextHeader(reader: TokenReader): string {
  const name = reader.word('a context function')
  if (CONTEXT_FUNCTIONS[name] === undefined) throw invalidProperty('CONTEXT_HEADERS', name)
  return name
}

function readAtLeast(reader: TokenReader, property: string, least: number, most = 2 ** 31): number {
  const number = reader.integer()
  if (number < least || number > most) throw invalidProperty(property, String(number))
  return number
}

function readOnBatchFailure(reader: TokenReader): ServiceFunctionObject['onBatchFailure'] {
  const text = reader.scalar('ABORT or RETURN_NULL').toUpperCase()
  if (text === 'ABORT' || text === 'RETURN_NULL') return text
  throw invalidProperty('ON_BATCH_FAILURE', text)
}

function changesOf(properties: Properties): Partial<ServiceFunctionObject> {
  const { CONTEXT_HEADERS: contextHeaders, COMMENT: comment } = properties
  const { MAX_BATCH_ROWS: maxBatchRows, MAX_BATCH_RETRIES: maxBatchRetries } = properties
  const { ON_BATCH_FAILURE: onBatchFailure, BATCH_TIMEOUT_SECS: batchTimeoutSecs } = properties
  return {
    ...(contextHeaders !== undefined && { contextHeaders }),
    ...(maxBatchRows !== undefined && { maxBatchRows }),
    ...(maxBatchRetries !== undefined && { maxBatchRetries }),
    ...(onBatchFailure !== undefined && { onBatchFailure }),
    ...(batchTimeoutSecs !== undefined && { batchTimeoutSecs }),
    ...(comment !== undefined && { comment }),
  }
}

function readSet(
  reader: TokenReader,
  found: FoundFunction,
  context: StatementContext,
): Partial<ServiceFunctionObject> {
  reader.words('SET')
  const properties = readProperties(reader)
  if (Object.keys(properties).length === 0) throw reader.unexpected('a property')
  const { SERVICE: parts, ENDPOINT: endpoint } = properties
  if (parts === undefined && endpoint === undefined) return changesOf(properties)
  const { services } = context.account.catalog
  const current = services.maybe(found.function?.service ?? '')
  const serviceParts = parts ?? [current?.database, current?.schema, current?.name].map(String)
  const service = requireEndpoint(serviceParts, endpoint ?? found.function?.endpoint ?? '', context)
  return {
    ...changesOf(properties),
    service: services.keyOf(service),
    ...(endpoint !== undefined && { endpoint }),
  }
}

function readUnset(reader: TokenReader): Partial<ServiceFunctionObject> {
  const defaults: Readonly<Record<string, Partial<ServiceFunctionObject>>> = {
    COMMENT: { comment: DEFAULTS.comment },
    CONTEXT_HEADERS: { contextHeaders: DEFAULTS.contextHeaders },
    MAX_BATCH_ROWS: { maxBatchRows: DEFAULTS.maxBatchRows },
    MAX_BATCH_RETRIES: { maxBatchRetries: DEFAULTS.maxBatchRetries },
    ON_BATCH_FAILURE: { onBatchFailure: DEFAULTS.onBatchFailure },
    BATCH_TIMEOUT_SECS: { batchTimeoutSecs: DEFAULTS.batchTimeoutSecs },
  }
  let changes: Partial<ServiceFunctionObject> = {}
  do {
    const change = defaults[reader.peek()?.value.toUpperCase() ?? '']
    if (change === undefined) throw reader.unexpected(Object.keys(defaults).join(', '))
    reader.word()
    changes = { ...changes, ...change }
  } while (reader.maybeSymbol(',') || !reader.done)
  return changes
}

/** The service, when it has that endpoint and the role may call it. */
function requireEndpoint(
  parts: readonly string[],
  name: string,
  context: StatementContext,
): Service {
  const { key } = resolveName(parts, context.session)
  const service = context.account.catalog.services.maybe(key)
  if (service === undefined) throw doesNotExist('Service', key)
  const { spec } = parseServiceSpec(service.spec)
  const endpoint = spec.endpoints.find((one) => one.name === name)
  if (endpoint === undefined) {
    const names = spec.endpoints.map((one) => one.name).join(', ')
    throw serviceError(`Endpoint '${name}' does not exist in service ${key}. It has: ${names}`)
  }
  if (endpoint.protocol !== 'HTTP') {
    throw serviceError(
      `Endpoint '${name}' of service ${key} has protocol ${endpoint.protocol}, not HTTP`,
    )
  }
  const roles = rolesOfService(service).filter((role) => role.endpoints.includes(name))
  requireServiceRole(
    service,
    roles.map((role) => role.name),
    context,
  )
  return service
}

/** The owner of a function must own its service, or have a service role that covers the endpoint. */
function requireServiceRole(
  service: Service,
  serviceRoles: readonly string[],
  context: StatementContext,
): void {
  const securable = securableService(service, context)
  if (hasPrivilege(context, 'OWNERSHIP', securable)) return
  const { catalog } = context.account
  const roles = effectiveRoles(catalog, context.session.role)
  const keys = serviceRoles.map((role) => `${securable.key}!${role}`)
  const isGranted = catalog.grants.some(
    ({ on, name, to, grantee }) =>
      on === 'SERVICE ROLE' && keys.includes(name) && to === 'ROLE' && roles.includes(grantee),
  )
  if (!isGranted) requirePrivilege(context, 'OWNERSHIP', securable)
}

function securableFunction(fn: ServiceFunctionObject, { account }: StatementContext): Securable {
  return { on: 'FUNCTION', key: account.catalog.functions.keyOf(fn), owner: fn.owner }
}

function requireOwnership(fn: ServiceFunctionObject, context: StatementContext): void {
  requirePrivilege(context, 'OWNERSHIP', securableFunction(fn, context))
}
