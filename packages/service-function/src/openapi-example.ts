import type { DataType } from '@spcs/sql'
import type { ContextFunction } from './batch-context.ts'
import type { ServiceFunction } from './define-service-function.ts'

/** A batch as an example: values that fit the types, and say nothing else. */
export interface ExampleBatch {
  readonly data: readonly (readonly [row: number, ...values: unknown[]])[]
}

/** A request to a function: two rows, or one where it takes no more at once. */
export function exampleRequest({ arguments: list, maxBatchRows }: ServiceFunction): ExampleBatch {
  return batchOf(
    list.map(({ type }) => exampleValues(type)),
    maxBatchRows,
  )
}

/** An answer to {@link exampleRequest}. What the handler would make of those very values is not tried. */
export function exampleAnswer({ returns, maxBatchRows }: ServiceFunction): ExampleBatch {
  return batchOf([exampleValues(returns.type)], maxBatchRows)
}

/** The id of a batch that somebody posts by hand. */
export const EXAMPLE_BATCH_ID = 'by-hand-1'

/** What a context function could have sent along. */
export function exampleContextValue(contextFunction: ContextFunction): string {
  return CONTEXT_VALUES[contextFunction]
}

function batchOf(columns: readonly Examples[], maxBatchRows: number | undefined): ExampleBatch {
  const [first, second] = [0, 1].map(
    (row) => [row, ...columns.map((values) => values[row])] as const,
  ) as [ExampleBatch['data'][number], ExampleBatch['data'][number]]
  return { data: maxBatchRows === 1 ? [first] : [first, second] }
}

type Examples = readonly [first: unknown, second: unknown]

function exampleValues(type: DataType): Examples {
  switch (type.kind) {
    case 'FLOAT':
      return [12.5, 19]
    case 'NUMBER':
      return type.scale === 0 ? [1, 2] : type.precision === type.scale ? [0.1, 0.2] : [1.5, 2]
    case 'VARCHAR':
      return [cut('Leeds', type.length), cut('Oxford', type.length)]
    case 'BINARY':
      return [cut('CAFE', 2 * type.length), cut('BEEF', 2 * type.length)]
    case 'BOOLEAN':
      return [true, false]
    case 'DATE':
      return ['2024-03-21', '2024-12-31']
    case 'TIME':
      return ['14:30:00', '08:05:59']
    case 'TIMESTAMP_NTZ':
      return ['2024-03-21 14:30:00.000', '2024-12-31 08:05:59.000']
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return ['2024-03-21 14:30:00.000 +0100', '2024-12-31 08:05:59.000 +0000']
    case 'VARIANT':
      return [{ city: 'Leeds' }, [1, 'two']]
    case 'OBJECT':
      return [{ city: 'Leeds' }, { city: 'Oxford' }]
    case 'ARRAY':
      return [
        [1, 2],
        ['one', 'two'],
      ]
  }
}

function cut(text: string, length: number): string {
  return text.slice(0, length)
}

const CONTEXT_VALUES: Readonly<Record<ContextFunction, string>> = {
  CURRENT_ACCOUNT: 'LOCAL',
  CURRENT_CLIENT: 'JavaScript 3.3.0',
  CURRENT_DATABASE: 'CONTAINER_HOL_DB',
  CURRENT_DATE: '2024-03-21',
  CURRENT_IP_ADDRESS: '127.0.0.1',
  CURRENT_REGION: 'AWS_EU_CENTRAL_1',
  CURRENT_ROLE: 'CONTAINER_USER_ROLE',
  CURRENT_SCHEMA: 'PUBLIC',
  CURRENT_SCHEMAS: '["CONTAINER_HOL_DB.PUBLIC"]',
  CURRENT_SESSION: '1234567890',
  CURRENT_STATEMENT: 'SELECT 1',
  CURRENT_TIME: '14:30:00',
  CURRENT_TIMESTAMP: '2024-03-21 14:30:00.000 +0100',
  CURRENT_TRANSACTION: '1711027800000000000',
  CURRENT_USER: 'DEVELOPER',
  CURRENT_VERSION: '10.1.0',
  CURRENT_WAREHOUSE: 'CONTAINER_HOL_WH',
  LAST_QUERY_ID: '01b2f3c4-0000-0000-0000-000000000001',
  LAST_TRANSACTION: '1711027800000000000',
  LOCALTIME: '14:30:00',
  LOCALTIMESTAMP: '2024-03-21 14:30:00.000 +0100',
}
