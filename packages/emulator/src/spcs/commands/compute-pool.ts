import { printIdentifier } from '@spcs/sql'
import {
  accountObject,
  activeRoles,
  dropGrantsOn,
  isVisible,
  requireHeld,
  requirePrivilege,
} from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { ComputePool } from '../../catalog/objects.ts'
import type { Command } from '../../commands/command.ts'
import {
  created,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from '../../commands/replies.ts'
import {
  alreadyExists,
  cannotPerform,
  doesNotExist,
  invalidProperty,
  unsupported,
} from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'
import type { StatementResult } from '../../statement-result.ts'
import { maybeInstanceFamily } from '../instance-families.ts'
import { serviceError } from '../service-error.ts'
import { refuse } from './refuse.ts'
import { removeService } from './remove-service.ts'
import { showComputePoolCommands } from './show-compute-pools.ts'
import { readUnquotedName } from './unquoted-name.ts'

export const computePoolCommands: readonly Command[] = [
  { syntax: 'CREATE COMPUTE POOL [IF NOT EXISTS]', run: createComputePool },
  { syntax: 'ALTER COMPUTE POOL [IF EXISTS]', run: alterComputePool },
  { syntax: 'DROP COMPUTE POOL [IF EXISTS]', run: dropComputePool },
  ...showComputePoolCommands,
]

const AUTO_SUSPEND_SECS = 3600

function createComputePool(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const [name = ''] = readUnquotedName(reader, 'compute pool')
  if (reader.maybeWords('FOR', 'APPLICATION')) throw unsupported('FOR APPLICATION')
  const properties = readProperties(reader)
  for (const property of ['MIN_NODES', 'MAX_NODES', 'INSTANCE_FAMILY'] as const) {
    if (properties[property] === undefined) throw reader.unexpected(property)
  }
  reader.end()
  const { account, session } = context
  const { computePools } = account.catalog
  requirePrivilege(context, 'CREATE COMPUTE POOL', { on: 'ACCOUNT', key: '' })
  if (computePools.maybe(printIdentifier(name)) !== undefined) {
    if (given.has('IF NOT EXISTS')) return existedAlready(name)
    throw alreadyExists(name)
  }
  const createdOn = account.now().toISOString()
  const isSuspended = properties.INITIALLY_SUSPENDED ?? false
  const pool = checkNodes({
    kind: 'COMPUTE POOL',
    name,
    createdOn,
    owner: session.role,
    comment: '',
    minNodes: 1,
    maxNodes: 1,
    instanceFamily: '',
    autoResume: true,
    autoSuspendSecs: AUTO_SUSPEND_SECS,
    suspended: isSuspended,
    resumedOn: isSuspended ? null : createdOn,
    updatedOn: createdOn,
    ...changesOf(properties),
  })
  account.services.applyPool(computePools.put(pool))
  return created('Compute pool', name)
}

function alterComputePool(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const pool = maybePool(reader, context)
  if (pool === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  if (reader.maybeWords('SUSPEND')) return suspend(pool, reader, context)
  if (reader.maybeWords('RESUME')) return resume(pool, reader, context)
  if (reader.maybeWords('STOP', 'ALL')) return stopAll(pool, reader, context)
  const changes = reader.maybeWords('UNSET') ? readUnset(reader) : readSet(reader)
  reader.end()
  requirePrivilege(context, 'MODIFY', accountObject('COMPUTE POOL', pool))
  if (changes.instanceFamily !== undefined && !pool.suspended) {
    throw serviceError(`Compute pool ${pool.name} must be suspended to change its INSTANCE_FAMILY`)
  }
  checkNodes({ ...pool, ...changes })
  change(pool, changes, context)
  return executed()
}

function suspend(
  pool: ComputePool,
  reader: TokenReader,
  context: StatementContext,
): StatementResult {
  reader.end()
  requirePrivilege(context, 'OPERATE', accountObject('COMPUTE POOL', pool))
  const { catalog, services } = context.account
  const suspendedOn = context.account.now().toISOString()
  for (const service of servicesIn(pool, context)) {
    if (service.suspended) continue
    const key = catalog.services.keyOf(service)
    services.apply(catalog.services.change(key, { suspended: true, suspendedOn }))
  }
  change(pool, { suspended: true }, context)
  return executed()
}

// DIFFERS: no document says whether services that went down with their pool come back with it; here they do not.
function resume(
  pool: ComputePool,
  reader: TokenReader,
  context: StatementContext,
): StatementResult {
  reader.end()
  requirePrivilege(context, 'OPERATE', accountObject('COMPUTE POOL', pool))
  const resumedOn = context.account.now().toISOString()
  change(pool, pool.suspended ? { suspended: false, resumedOn } : {}, context)
  return executed()
}

/** Drops every service of the pool: it is no pause. */
function stopAll(
  pool: ComputePool,
  reader: TokenReader,
  context: StatementContext,
): StatementResult {
  if (reader.maybeWords('OF', 'TYPE')) throw unsupported('STOP ALL OF TYPE')
  reader.end()
  requirePrivilege(context, 'OPERATE', accountObject('COMPUTE POOL', pool))
  for (const service of servicesIn(pool, context)) removeService(service, context)
  return executed()
}

function dropComputePool(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const start = reader.position
  const pool = maybePool(reader, context)
  const name = reader.between(start, reader.position).toUpperCase()
  reader.end()
  if (pool === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Compute pool', name)
  }
  requirePrivilege(context, 'OWNERSHIP', accountObject('COMPUTE POOL', pool))
  const [service] = servicesIn(pool, context)
  if (service !== undefined) {
    throw serviceError(
      `Compute pool ${pool.name} cannot be dropped: service ${service.name} is in it. Drop its services, or stop all of them, first`,
    )
  }
  const { catalog, services } = context.account
  catalog.computePools.remove(printIdentifier(pool.name))
  dropGrantsOn(catalog, 'COMPUTE POOL', printIdentifier(pool.name))
  services.dropPool(pool)
  return dropped(pool.name)
}

function maybePool(reader: TokenReader, context: StatementContext): ComputePool | undefined {
  const name = reader.identifier('the name of a compute pool')
  const pool = context.account.catalog.computePools.maybe(printIdentifier(name))
  const isKnown = pool !== undefined && isVisible(context, accountObject('COMPUTE POOL', pool))
  return isKnown ? pool : undefined
}

/**
 * The pool of this name, for a service that is to run in it.
 *
 * @throws {SnowflakeError} 002003 when there is none that the role may know of, 003001 without USAGE.
 */
export function requireUsablePool(name: string, context: StatementContext): ComputePool {
  const pool = context.account.catalog.computePools.maybe(printIdentifier(name))
  if (pool === undefined) throw doesNotExist('Compute pool', name)
  const roles = activeRoles(context, 'USAGE')
  requireHeld(context.account.catalog, roles, accountObject('COMPUTE POOL', pool), 'USAGE')
  return pool
}

function servicesIn(pool: ComputePool, { account }: StatementContext) {
  return account.catalog.services.list().filter(({ computePool }) => computePool === pool.name)
}

function change(pool: ComputePool, changes: Partial<ComputePool>, { account }: StatementContext) {
  const updatedOn = account.now().toISOString()
  const key = printIdentifier(pool.name)
  account.services.applyPool(account.catalog.computePools.change(key, { ...changes, updatedOn }))
}

type Properties = ReturnType<typeof readProperties>

function readProperties(reader: TokenReader) {
  return reader.properties({
    MIN_NODES: () => reader.integer(),
    MAX_NODES: () => reader.integer(),
    INSTANCE_FAMILY: () => reader.scalar('an instance family').toUpperCase(),
    AUTO_RESUME: () => reader.boolean(),
    INITIALLY_SUSPENDED: () => reader.boolean(),
    AUTO_SUSPEND_SECS: () => reader.integer(),
    COMMENT: () => reader.string('a comment'),
    WITH: refuse('TAG'),
    TAG: refuse('TAG'),
    PLACEMENT_GROUP: refuse('PLACEMENT_GROUP'),
    BACKUP_INSTANCE_FAMILIES: refuse('BACKUP_INSTANCE_FAMILIES'),
  })
}

function readSet(reader: TokenReader): Partial<ComputePool> {
  reader.words('SET')
  const properties = readProperties(reader)
  const isSuspending = properties.INITIALLY_SUSPENDED !== undefined
  if (isSuspending || Object.keys(properties).length === 0) throw reader.unexpected('a property')
  return changesOf(properties)
}

function readUnset(reader: TokenReader): Partial<ComputePool> {
  const defaults: Readonly<Record<string, Partial<ComputePool>>> = {
    AUTO_SUSPEND_SECS: { autoSuspendSecs: AUTO_SUSPEND_SECS },
    AUTO_RESUME: { autoResume: true },
    COMMENT: { comment: '' },
  }
  let changes: Partial<ComputePool> = {}
  do {
    const unset = defaults[reader.peek()?.value.toUpperCase() ?? '']
    if (unset === undefined) throw reader.unexpected(Object.keys(defaults).join(', '))
    reader.word()
    changes = { ...changes, ...unset }
  } while (reader.maybeSymbol(',') || !reader.done)
  return changes
}

function changesOf(properties: Properties): Partial<ComputePool> {
  const { MIN_NODES: minNodes, MAX_NODES: maxNodes, INSTANCE_FAMILY: instanceFamily } = properties
  const {
    AUTO_RESUME: autoResume,
    AUTO_SUSPEND_SECS: autoSuspendSecs,
    COMMENT: comment,
  } = properties
  return {
    ...(minNodes !== undefined && { minNodes }),
    ...(maxNodes !== undefined && { maxNodes }),
    ...(instanceFamily !== undefined && { instanceFamily }),
    ...(autoResume !== undefined && { autoResume }),
    // DIFFERS: an idle pool costs nothing here, so it is not suspended.
    ...(autoSuspendSecs !== undefined && { autoSuspendSecs }),
    ...(comment !== undefined && { comment }),
  }
}

function checkNodes(pool: ComputePool): ComputePool {
  const { minNodes, maxNodes, instanceFamily, autoSuspendSecs } = pool
  if (minNodes < 1) throw invalidProperty('MIN_NODES', String(minNodes))
  if (maxNodes < minNodes) throw invalidProperty('MAX_NODES', String(maxNodes))
  if (autoSuspendSecs < 0) throw invalidProperty('AUTO_SUSPEND_SECS', String(autoSuspendSecs))
  if (maybeInstanceFamily(instanceFamily) === undefined) {
    throw invalidProperty('INSTANCE_FAMILY', instanceFamily)
  }
  return pool
}
