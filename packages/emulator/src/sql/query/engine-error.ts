import { EngineInterrupted } from '../../engine/duckdb.ts'
import { SnowflakeError } from '../../snowflake-error.ts'

/** The statement was cancelled, timed out, or the account stops. */
export function canceled(): SnowflakeError {
  return new SnowflakeError('000604', '57014', 'SQL execution canceled')
}

/** An error of the engine as Snowflake would have told it. */
export function translateEngineError(error: unknown): SnowflakeError {
  if (error instanceof SnowflakeError) return error
  if (error instanceof EngineInterrupted) return canceled()
  const message = error instanceof Error ? error.message : String(error)
  if (message.startsWith('INTERRUPT Error')) return canceled()
  const own = /SF\|(\d+)\|(\w+)\|([\s\S]*?)(?:\n\nLINE \d+:[\s\S]*)?$/.exec(message)
  if (own !== null) {
    const [, code = '', sqlState = '', text = ''] = own
    return new SnowflakeError(code, sqlState, text, { cause: error })
  }
  for (const [pattern, code, sqlState, text] of TRANSLATIONS) {
    const match = pattern.exec(message)
    if (match === null) continue
    const filled = text.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
    return new SnowflakeError(code, sqlState, filled, { cause: error })
  }
  return new SnowflakeError('000603', 'XX000', `SQL execution internal error:\n${message}`, {
    cause: error,
  })
}

const TRANSLATIONS: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /Could not convert string ["'](\s*[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*)["'] to (?:DECIMAL|U?\w*INT\d*)/i,
    '100039',
    '22003',
    "Numeric value '$1' is out of range",
  ],
  [
    /Could not convert string ["']([\s\S]*)["'] to (?:DECIMAL|DOUBLE|FLOAT|U?\w*INT\d*|INTEGER)/,
    '100038',
    '22018',
    "Numeric value '$1' is not recognized",
  ],
  [
    /Could not cast value (\S+) to (?:DECIMAL|INT|BIGINT|HUGEINT)/,
    '100039',
    '22003',
    "Numeric value '$1' is out of range",
  ],
  [
    /Type \w+ with value (\S+) can't be cast because the value is out of range/,
    '100039',
    '22003',
    "Numeric value '$1' is out of range",
  ],
  [
    /(?:Out of Range|Overflow)[^:]*: ?(Overflow[\s\S]*)/,
    '100058',
    '22003',
    'Number out of representable range: $1',
  ],
  [/Out of Range Error: ([\s\S]*)/, '100058', '22003', 'Number out of representable range: $1'],
  [
    /NOT NULL constraint failed: (?:.*\.)?([^.\s]+)/,
    '100072',
    '22000',
    "NULL result in a non-nullable column '$1'",
  ],
  [/Malformed JSON[^:]*: ([\s\S]*)/, '100069', '22P02', 'Error parsing JSON: $1'],
  [
    /column "?(.*?)"? must appear in the GROUP BY clause/i,
    '000979',
    '42601',
    'SQL compilation error:\n[$1] is not a valid group by expression',
  ],
  [
    /More than one row returned by a subquery/i,
    '090150',
    '22000',
    'Single-row subquery returns more than one row.',
  ],
  [
    /transaction is aborted/i,
    '000603',
    '25P02',
    'The transaction was ended by the error of an earlier statement in it. Run ROLLBACK, and begin it again.',
  ],
  [
    /(?:write-write|Conflict on|TransactionContext Error: Conflict)([\s\S]*)/i,
    '000625',
    '57014',
    'Statement was aborted because another transaction changed the same rows first.',
  ],
  [
    /Invalid Input Error: ((?:missing|invalid|unexpected|no argument|bad)[\s\S]*)/i,
    '100048',
    '2201B',
    'Invalid regular expression: $1',
  ],
  [/Unknown TimeZone '(.*?)'/, '001080', '22023', "Unknown time zone: '$1'"],
  [
    /aggregate function calls cannot be nested|WHERE clause cannot contain (?:aggregates|window)/i,
    '002035',
    '42601',
    'SQL compilation error:\nInvalid aggregate or window function here',
  ],
]
