import { randomBytes } from 'node:crypto'
import { parseServiceSpec } from '@spcs/spec'
import { printIdentifier, printName } from '@spcs/sql'
import {
  activeRoles,
  dropGrantsOn,
  requireNamespace,
  requirePrivilege,
} from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { Service } from '../../catalog/objects.ts'
import { resolveName, resolveNewName } from '../../catalog/resolve-name.ts'
import type { Command } from '../../commands/command.ts'
import {
  created,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from '../../commands/replies.ts'
import { alreadyExists, cannotPerform, doesNotExist, unsupported } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import type { StatementResult } from '../../statement-result.ts'
import { maybeFindService, securableService } from '../find-service.ts'
import { rolesOfService } from '../service-roles.ts'
import { requireUsablePool } from './compute-pool.ts'
import { removeService } from './remove-service.ts'
import {
  changesOf,
  checkService,
  checkUsable,
  readServiceProperties,
  readUnsetProperties,
  type ServiceProperties,
} from './service-properties.ts'
import { loadSpecification } from './service-specification.ts'
import { showServiceCommands } from './show-services.ts'
import { readSpecificationSource, type SpecificationSource } from './specification-source.ts'
import { readUnquotedName } from './unquoted-name.ts'

export const serviceCommands: readonly Command[] = [
  { syntax: 'CREATE SERVICE [IF NOT EXISTS]', run: createService },
  { syntax: 'ALTER SERVICE [IF EXISTS]', run: alterService },
  { syntax: 'DROP SERVICE [IF EXISTS]', run: dropService },
  ...showServiceCommands,
  ...refused('EXECUTE JOB SERVICE', 'SHOW JOB SERVICES'),
  ...refused('CREATE SNAPSHOT', 'CREATE OR REPLACE SNAPSHOT', 'SHOW SNAPSHOTS'),
  ...refused('ALTER SNAPSHOT', 'DROP SNAPSHOT', 'DESCRIBE SNAPSHOT', 'DESC SNAPSHOT'),
  ...refused('CREATE GATEWAY', 'CREATE OR REPLACE GATEWAY', 'SHOW GATEWAYS'),
  ...refused('ALTER GATEWAY', 'DROP GATEWAY', 'DESCRIBE GATEWAY', 'DESC GATEWAY'),
]

async function createService(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const parts = readUnquotedName(reader, 'service')
  reader.words('IN', 'COMPUTE', 'POOL')
  const poolName = reader.identifier('the name of a compute pool')
  const { source, properties } = readCreate(reader)
  const { account, session } = context
  const { catalog } = account
  const { key, database, schema, name } = resolveNewName(parts, session, catalog)
  requireNamespace(catalog, activeRoles(context, 'CREATE SERVICE'), { database, schema })
  const home = catalog.schemas.get(printName([database, schema]))
  requirePrivilege(context, 'CREATE SERVICE', {
    on: 'SCHEMA',
    key: catalog.schemas.keyOf(home),
    owner: home.owner,
  })
  if (catalog.services.maybe(key) !== undefined) {
    if (given.has('IF NOT EXISTS')) return existedAlready(name)
    throw alreadyExists(name)
  }
  const pool = requireUsablePool(poolName, context)
  const specification = await loadSpecification(
    source,
    { database, schema, owner: session.role },
    pool,
    context,
  )
  const changes = changesOf(properties)
  checkUsable(changes, session.role, catalog)
  const createdOn = account.now().toISOString()
  const service: Service = {
    kind: 'SERVICE',
    id: newServiceId(context),
    database,
    schema,
    name,
    createdOn,
    owner: session.role,
    comment: '',
    computePool: pool.name,
    ...specification,
    suspended: false,
    minInstances: 1,
    maxInstances: 1,
    minReadyInstances: 1,
    autoResume: true,
    autoSuspendSecs: 0,
    externalAccessIntegrations: [],
    queryWarehouse: null,
    updatedOn: createdOn,
    resumedOn: null,
    suspendedOn: null,
    ...changes,
  }
  checkService(service, catalog)
  // Reading the specification took time, in which the pool may have been dropped.
  requireUsablePool(poolName, context)
  account.services.apply(catalog.services.add(service))
  return created('Service', name)
}

/** What may follow the pool, in any order: FROM once, and properties. */
function readCreate(reader: TokenReader): {
  source: SpecificationSource
  properties: ServiceProperties
} {
  let source: SpecificationSource | undefined
  let properties: ServiceProperties = {}
  while (!reader.done) {
    if (source === undefined && reader.maybeWords('FROM')) {
      source = readSpecificationSource(reader)
      continue
    }
    const more = readServiceProperties(reader)
    const isRepeated = Object.keys(more).some((key) => key in properties)
    if (isRepeated || Object.keys(more).length === 0) throw reader.unexpected('FROM or a property')
    properties = { ...properties, ...more }
  }
  if (source === undefined) throw reader.unexpected('FROM')
  return { source, properties }
}

async function alterService(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): Promise<StatementResult> {
  const service = maybeFindService(reader.name('the name of a service'), context)
  if (service === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  for (const action of ['RESTORE VOLUME', 'SET TAG', 'UNSET TAG']) {
    if (reader.maybeWords(...action.split(' '))) throw unsupported(`ALTER SERVICE … ${action}`)
  }
  const { account } = context
  const securable = securableService(service, context)
  const changes = await readChanges(reader, service, context)
  const updatedOn = account.now().toISOString()
  // What was read took time; another statement may have dropped or changed the service meanwhile.
  const current = account.catalog.services.maybe(securable.key)
  if (current?.id !== service.id) throw cannotPerform()
  const changed = account.catalog.services.change(securable.key, { ...changes, updatedOn })
  if (changes.spec !== undefined) dropLostRoles(changed, context)
  account.services.apply(changed)
  return executed()
}

/** A service role that the specification has no longer is nobody's any more. */
function dropLostRoles(service: Service, { account: { catalog } }: StatementContext): void {
  const prefix = `${catalog.services.keyOf(service)}!`
  const left = new Set(rolesOfService(service).map(({ name }) => prefix + printIdentifier(name)))
  const lost = catalog.grants.filter(
    ({ on, name }) => on === 'SERVICE ROLE' && name.startsWith(prefix) && !left.has(name),
  )
  for (const { on, name } of lost) dropGrantsOn(catalog, on, name)
}

/** Reads what follows the name in ALTER SERVICE, and checks that the role may do it. */
async function readChanges(
  reader: TokenReader,
  service: Service,
  context: StatementContext,
): Promise<Partial<Service>> {
  const { account } = context
  const securable = securableService(service, context)
  const now = account.now().toISOString()
  if (reader.maybeWords('SUSPEND')) {
    reader.end()
    requirePrivilege(context, 'OPERATE', securable)
    return service.suspended ? {} : { suspended: true, suspendedOn: now }
  }
  if (reader.maybeWords('RESUME')) {
    reader.end()
    requirePrivilege(context, 'OPERATE', securable)
    return service.suspended ? { suspended: false, resumedOn: now } : {}
  }
  if (reader.maybeWords('FROM')) {
    const source = readSpecificationSource(reader)
    reader.end()
    requirePrivilege(context, 'OPERATE', securable)
    const pool = account.catalog.computePools.get(printIdentifier(service.computePool))
    const specification = await loadSpecification(source, service, pool, context)
    const changed = { ...service, ...specification }
    checkService(changed, account.catalog)
    return specification
  }
  const changes = reader.maybeWords('UNSET')
    ? readUnsetProperties(reader, service)
    : readSet(reader, service)
  reader.end()
  requirePrivilege(context, 'OWNERSHIP', securable)
  checkUsable(changes, service.owner, account.catalog)
  checkService({ ...service, ...changes }, account.catalog)
  return changes
}

function readSet(reader: TokenReader, service: Service): Partial<Service> {
  reader.words('SET')
  const properties = readServiceProperties(reader)
  if (Object.keys(properties).length === 0) throw reader.unexpected('a property')
  return changesOf(properties, service)
}

function dropService(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const parts = reader.name('the name of a service')
  const isForced = reader.maybeWords('FORCE')
  reader.end()
  const service = maybeFindService(parts, context)
  const { name, key } = resolveName(parts, context.session)
  if (service === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Service', key)
  }
  requirePrivilege(context, 'OWNERSHIP', securableService(service, context))
  const { volumes } = parseServiceSpec(service.spec).spec
  if (!isForced && volumes.some(({ source }) => source === 'block')) {
    throw unsupported(`DROP SERVICE ${name}, which has block volumes, without FORCE`)
  }
  removeService(service, context)
  return dropped(name)
}

/** Letters and digits, a letter first: it becomes part of host names. */
function newServiceId({ account }: StatementContext): string {
  const taken = new Set(account.catalog.services.list().map(({ id }) => id))
  for (;;) {
    const id = `s${randomBytes(5).readUIntBE(0, 5).toString(36)}`
    if (!taken.has(id)) return id
  }
}

/** Statements that Snowflake has and this account has not, refused by name. */
function refused(...statements: readonly string[]): Command[] {
  return statements.map((syntax) => ({
    syntax,
    run: () => {
      throw unsupported(syntax)
    },
  }))
}
