import { printIdentifier } from '@spcs/sql'
import type { StatementContext } from '../account.ts'
import { accountObject, dropGrantsOn, isVisible, requirePrivilege } from '../access-control.ts'
import type { Warehouse } from '../catalog/objects.ts'
import {
  alreadyExists,
  cannotPerform,
  doesNotExist,
  invalidProperty,
  SnowflakeError,
  unsupported,
} from '../snowflake-error.ts'
import type { TokenReader } from '../sql/token-reader.ts'
import {
  type Cell,
  numberColumn,
  STATEMENT_TYPE,
  type StatementResult,
  tableResult,
  textColumn,
  timestampColumn,
  type WireColumn,
} from '../statement-result.ts'
import type { Command } from './command.ts'
import {
  created,
  createMode,
  dropped,
  executed,
  existedAlready,
  wasDroppedAlready,
} from './replies.ts'
import { applyShowOptions, readShowOptions } from './show-filter.ts'

export const warehouseCommands: readonly Command[] = [
  { syntax: 'CREATE [OR REPLACE] WAREHOUSE [IF NOT EXISTS]', run: createWarehouse },
  { syntax: 'ALTER WAREHOUSE [IF EXISTS]', run: alterWarehouse },
  { syntax: 'DROP WAREHOUSE [IF EXISTS]', run: dropWarehouse },
  { syntax: 'SHOW WAREHOUSES', run: showWarehouses },
  { syntax: 'DESCRIBE|DESC WAREHOUSE', run: describeWarehouse },
]

const SIZES = [
  'X-Small',
  'Small',
  'Medium',
  'Large',
  'X-Large',
  '2X-Large',
  '3X-Large',
  '4X-Large',
  '5X-Large',
  '6X-Large',
]

/** Seconds of idleness after which a warehouse is suspended, unless it says otherwise. */
const AUTO_SUSPEND = 600

function createWarehouse(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const name = reader.identifier('a warehouse name')
  reader.maybeWords('WITH')
  const properties = readProperties(reader)
  reader.end()
  const { warehouses } = context.account.catalog
  requirePrivilege(context, 'CREATE WAREHOUSE', { on: 'ACCOUNT', key: '' })
  const existing = warehouses.maybe(printIdentifier(name))
  const mode = createMode(given)
  if (existing !== undefined && mode === 'keep') return existedAlready(name)
  if (existing !== undefined && mode === 'fail') throw alreadyExists(name)
  if (existing !== undefined) removeWarehouse(existing, context)
  const createdOn = context.account.now().toISOString()
  warehouses.put({
    kind: 'WAREHOUSE',
    name,
    createdOn,
    owner: context.session.role,
    comment: '',
    size: 'X-Small',
    autoSuspend: AUTO_SUSPEND,
    autoResume: true,
    suspended: properties.INITIALLY_SUSPENDED ?? false,
    updatedOn: createdOn,
    ...changesOf(properties),
  })
  context.session.warehouse = name
  return created('Warehouse', name)
}

function alterWarehouse(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const { warehouses } = context.account.catalog
  const name = isAction(reader)
    ? (context.session.warehouse ?? '')
    : reader.identifier('a warehouse name')
  const key = printIdentifier(name)
  const warehouse = warehouses.maybe(key)
  if (warehouse === undefined) {
    if (given.has('IF EXISTS')) return executed()
    throw cannotPerform()
  }
  const changes = readChanges(reader, warehouse, context)
  reader.end()
  warehouses.change(key, { ...changes, updatedOn: context.account.now().toISOString() })
  return executed()
}

/** Reads what follows the name in ALTER WAREHOUSE, and checks that the role may do it. */
function readChanges(
  reader: TokenReader,
  warehouse: Warehouse,
  context: StatementContext,
): Partial<Warehouse> {
  const securable = accountObject('WAREHOUSE', warehouse)
  if (reader.maybeWords('SUSPEND')) {
    requirePrivilege(context, 'OPERATE', securable)
    if (warehouse.suspended) throw invalidState('090064', warehouse.name, 'suspended')
    return { suspended: true }
  }
  if (reader.maybeWords('RESUME')) {
    const isConditional = reader.maybeWords('IF', 'SUSPENDED')
    requirePrivilege(context, 'OPERATE', securable)
    if (!warehouse.suspended && !isConditional) {
      throw invalidState('090063', warehouse.name, 'resumed')
    }
    return { suspended: false }
  }
  for (const action of ['RENAME TO', 'ABORT ALL QUERIES', 'SET TAG', 'UNSET TAG']) {
    if (reader.maybeWords(...action.split(' '))) throw unsupported(`ALTER WAREHOUSE … ${action}`)
  }
  if (reader.maybeWords('UNSET')) {
    const defaults: Readonly<Record<string, Partial<Warehouse>>> = {
      COMMENT: { comment: '' },
      AUTO_SUSPEND: { autoSuspend: AUTO_SUSPEND },
      AUTO_RESUME: { autoResume: true },
    }
    let changes: Partial<Warehouse> = {}
    do {
      const change = defaults[reader.peek()?.value.toUpperCase() ?? '']
      if (change === undefined) throw reader.unexpected(Object.keys(defaults).join(', '))
      reader.word()
      changes = { ...changes, ...change }
    } while (reader.maybeSymbol(',') || !reader.done)
    requirePrivilege(context, 'MODIFY', securable)
    return changes
  }
  reader.words('SET')
  const properties = readProperties(reader)
  if (Object.keys(properties).length === 0) throw reader.unexpected('a property')
  requirePrivilege(context, 'MODIFY', securable)
  return changesOf(properties)
}

function dropWarehouse(
  reader: TokenReader,
  context: StatementContext,
  given: ReadonlySet<string>,
): StatementResult {
  const name = reader.identifier('a warehouse name')
  reader.end()
  const warehouse = context.account.catalog.warehouses.maybe(printIdentifier(name))
  if (warehouse === undefined) {
    if (given.has('IF EXISTS')) return wasDroppedAlready(name)
    throw doesNotExist('Warehouse', name)
  }
  removeWarehouse(warehouse, context)
  if (context.session.warehouse === name) context.session.warehouse = null
  return dropped(name)
}

function removeWarehouse(warehouse: Warehouse, context: StatementContext): void {
  requirePrivilege(context, 'OWNERSHIP', accountObject('WAREHOUSE', warehouse))
  const key = printIdentifier(warehouse.name)
  dropGrantsOn(context.account.catalog, 'WAREHOUSE', key)
  context.account.catalog.warehouses.remove(key)
}

/** A column of SHOW WAREHOUSES and its cell. */
type Shown = readonly [
  column: WireColumn,
  cell: (warehouse: Warehouse, context: StatementContext) => Cell,
]

// DIFFERS: a warehouse runs nothing here; what counts clusters and load is that of an idle one.
const COLUMNS: readonly Shown[] = [
  [textColumn('name'), ({ name }) => name],
  [textColumn('state'), ({ suspended }) => (suspended ? 'SUSPENDED' : 'STARTED')],
  [textColumn('type'), () => 'STANDARD'],
  [textColumn('size'), ({ size }) => size],
  [numberColumn('min_cluster_count'), () => 1],
  [numberColumn('max_cluster_count'), () => 1],
  [numberColumn('started_clusters'), ({ suspended }) => (suspended ? 0 : 1)],
  [numberColumn('running'), () => 0],
  [numberColumn('queued'), () => 0],
  [
    textColumn('is_default'),
    ({ name }, { account, session }) => {
      const user = account.catalog.users.maybe(printIdentifier(session.user))
      return user?.defaultWarehouse === name ? 'Y' : 'N'
    },
  ],
  [textColumn('is_current'), ({ name }, { session }) => (session.warehouse === name ? 'Y' : 'N')],
  [numberColumn('auto_suspend'), ({ autoSuspend }) => (autoSuspend === 0 ? null : autoSuspend)],
  [textColumn('auto_resume'), ({ autoResume }) => String(autoResume)],
  [textColumn('available'), ({ suspended }) => (suspended ? '' : '100')],
  [textColumn('provisioning'), ({ suspended }) => (suspended ? '' : '0')],
  [textColumn('quiescing'), ({ suspended }) => (suspended ? '' : '0')],
  [textColumn('other'), ({ suspended }) => (suspended ? '' : '0')],
  [timestampColumn('created_on'), ({ createdOn }) => createdOn],
  [timestampColumn('resumed_on'), ({ updatedOn }) => updatedOn],
  [timestampColumn('updated_on'), ({ updatedOn }) => updatedOn],
  [textColumn('owner'), ({ owner }) => owner],
  [textColumn('comment'), ({ comment }) => comment],
  [textColumn('enable_query_acceleration'), () => 'false'],
  [numberColumn('query_acceleration_max_scale_factor'), () => 8],
  [textColumn('resource_monitor'), () => 'null'],
  [numberColumn('actives'), ({ suspended }) => (suspended ? 0 : 1)],
  [numberColumn('pendings'), () => 0],
  [numberColumn('failed'), () => 0],
  [numberColumn('suspended'), ({ suspended }) => (suspended ? 1 : 0)],
  [textColumn('uuid'), () => ''],
  [textColumn('scaling_policy'), () => 'STANDARD'],
  [textColumn('budget'), () => null],
  [textColumn('owner_role_type'), () => 'ROLE'],
]

function showWarehouses(reader: TokenReader, context: StatementContext): StatementResult {
  const options = readShowOptions(reader)
  reader.end()
  const visible = context.account.catalog.warehouses
    .list()
    .filter((warehouse) => isVisible(context, accountObject('WAREHOUSE', warehouse)))
  return tableResult(
    COLUMNS.map(([column]) => column),
    applyShowOptions(visible, options, ({ name }) => name).map((warehouse) =>
      COLUMNS.map(([, cell]) => cell(warehouse, context)),
    ),
  )
}

function describeWarehouse(reader: TokenReader, context: StatementContext): StatementResult {
  const name = reader.identifier('a warehouse name')
  reader.end()
  const warehouse = context.account.catalog.warehouses.maybe(printIdentifier(name))
  if (warehouse === undefined || !isVisible(context, accountObject('WAREHOUSE', warehouse))) {
    throw cannotPerform()
  }
  return tableResult(
    [timestampColumn('created_on'), textColumn('name'), textColumn('kind')],
    [[warehouse.createdOn, warehouse.name, 'WAREHOUSE']],
    STATEMENT_TYPE.describe,
  )
}

/** `ALTER WAREHOUSE SUSPEND` is about the session's own warehouse. */
function isAction(reader: TokenReader): boolean {
  const text = reader.peek()?.value.toUpperCase() ?? ''
  const isVerb = reader.peek()?.kind === 'word' && /^(?:SUSPEND|RESUME|SET|UNSET)$/.test(text)
  const next = reader.peek(1)?.value.toUpperCase() ?? ''
  return isVerb && !/^(?:SUSPEND|RESUME|SET|UNSET|RENAME|ABORT)$/.test(next)
}

type Properties = ReturnType<typeof readProperties>

// DIFFERS: properties about clusters, queues and acceleration are read and have no effect.
function readProperties(reader: TokenReader) {
  return reader.properties({
    WAREHOUSE_SIZE: () => warehouseSize(reader.scalar('a size')),
    WAREHOUSE_TYPE: () => reader.scalar('a type'),
    AUTO_SUSPEND: () => (reader.maybeWords('NULL') ? 0 : reader.integer()),
    AUTO_RESUME: () => reader.boolean(),
    INITIALLY_SUSPENDED: () => reader.boolean(),
    COMMENT: () => reader.string('a comment'),
    MIN_CLUSTER_COUNT: () => reader.integer(),
    MAX_CLUSTER_COUNT: () => reader.integer(),
    SCALING_POLICY: () => reader.scalar(),
    RESOURCE_MONITOR: () => reader.scalar(),
    ENABLE_QUERY_ACCELERATION: () => reader.boolean(),
    QUERY_ACCELERATION_MAX_SCALE_FACTOR: () => reader.integer(),
    MAX_CONCURRENCY_LEVEL: () => reader.integer(),
    STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: () => reader.integer(),
    STATEMENT_TIMEOUT_IN_SECONDS: () => reader.integer(),
    WAIT_FOR_COMPLETION: () => reader.boolean(),
  })
}

function changesOf(properties: Properties): Partial<Warehouse> {
  const { AUTO_SUSPEND: autoSuspend } = properties
  if (autoSuspend !== undefined && autoSuspend < 0) {
    throw invalidProperty('AUTO_SUSPEND', String(autoSuspend))
  }
  return {
    ...(properties.WAREHOUSE_SIZE !== undefined && { size: properties.WAREHOUSE_SIZE }),
    ...(autoSuspend !== undefined && { autoSuspend }),
    ...(properties.AUTO_RESUME !== undefined && { autoResume: properties.AUTO_RESUME }),
    ...(properties.COMMENT !== undefined && { comment: properties.COMMENT }),
  }
}

/** `XSMALL`, `'X-SMALL'`, `X2LARGE`, `XXLARGE` → the size as SHOW prints it. */
function warehouseSize(text: string): string {
  const folded = text
    .toUpperCase()
    .replaceAll('-', '')
    .replace(/^X(\d)LARGE$/, '$1XLARGE')
    .replace(/^(X{2,3})LARGE$/, (_, xs: string) => `${xs.length}XLARGE`)
  const size = SIZES.find((known) => known.toUpperCase().replace('-', '') === folded)
  if (size === undefined) throw invalidProperty('WAREHOUSE_SIZE', text)
  return size
}

function invalidState(code: string, name: string, verb: string): SnowflakeError {
  return new SnowflakeError(code, '22000', `Invalid state. Warehouse '${name}' cannot be ${verb}.`)
}
