import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind, textOf } from './object-kind.ts'
import { printProperties, printTypedName, sentence } from './property.ts'

/** A virtual warehouse. */
export interface Warehouse {
  readonly name: string
  /** `XSMALL`, `SMALL`, …; default XSMALL. */
  readonly size?: string | undefined
  /** Idle seconds until it suspends. */
  readonly autoSuspendSecs?: number | undefined
  readonly autoResume?: boolean | undefined
  readonly initiallySuspended?: boolean | undefined
  readonly comment?: string | undefined
}

export function createWarehouseSql(warehouse: Warehouse): string {
  return sentence(
    `CREATE WAREHOUSE IF NOT EXISTS ${printTypedName(warehouse.name)}`,
    ...printProperties({
      ...changeable(warehouse),
      INITIALLY_SUSPENDED: warehouse.initiallySuspended,
    }),
    ...printProperties({ COMMENT: warehouse.comment }),
  )
}

export function alterWarehouseSql(name: string, warehouse: Partial<Warehouse>): string {
  return sentence(
    `ALTER WAREHOUSE ${printTypedName(name)} SET`,
    ...printProperties({ ...changeable(warehouse), COMMENT: warehouse.comment }),
  )
}

export function showWarehousesSql(name: string): string {
  return `SHOW WAREHOUSES LIKE ${quoteLiteral(parseIdentifier(name))}`
}

export function dropWarehouseSql(name: string): string {
  return `DROP WAREHOUSE IF EXISTS ${printTypedName(name)}`
}

export const warehouses: ObjectKind<Warehouse> = {
  kind: 'warehouse',
  name: ({ name }) => name,
  showSql: ({ name }) => showWarehousesSql(name),
  createSql: createWarehouseSql,
  alterations: (warehouse, row) => {
    const { size, autoSuspendSecs, autoResume, comment } = warehouse
    const found = differences({
      size: [size === undefined ? undefined : plainSize(size), plainSize(row['size'])],
      autoSuspendSecs: [autoSuspendSecs, row['auto_suspend']],
      autoResume: [autoResume, row['auto_resume']],
      comment: [comment, row['comment']],
    })
    return alteration(warehouse, found, (changes) => alterWarehouseSql(warehouse.name, changes))
  },
}

function changeable(warehouse: Partial<Warehouse>): Parameters<typeof printProperties>[0] {
  return {
    WAREHOUSE_SIZE: warehouse.size === undefined ? undefined : { sql: plainSize(warehouse.size) },
    AUTO_SUSPEND: warehouse.autoSuspendSecs,
    AUTO_RESUME: warehouse.autoResume,
  }
}

/** SHOW writes `X-Small` for what CREATE calls XSMALL. */
function plainSize(size: unknown): string {
  return textOf(size)
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
}
