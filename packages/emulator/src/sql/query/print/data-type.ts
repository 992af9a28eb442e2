import { type DataType, parseDataType } from '@spcs/sql'
import { SnowflakeError, unsupported } from '../../../snowflake-error.ts'
import { type AstDataType, kindOf, type ObjectName } from '../ast.ts'
import { storedParts } from '../names.ts'

/**
 * The data type that a node of the syntax tree names.
 *
 * @throws {SnowflakeError} 002040 for one that Snowflake has not, 000002 for one that this account has not.
 */
export function readDataType(node: AstDataType): DataType {
  const text = typeText(node)
  const unsupportedType = UNSUPPORTED.find((name) => text.toUpperCase().startsWith(name))
  if (unsupportedType !== undefined) throw unsupported(`data type ${unsupportedType}`)
  try {
    return parseDataType(text)
  } catch (error) {
    throw new SnowflakeError(
      '002040',
      '42601',
      `SQL compilation error:\nUnsupported data type '${text.toUpperCase()}'.`,
      { cause: error },
    )
  }
}

const UNSUPPORTED = ['GEOGRAPHY', 'GEOMETRY', 'VECTOR', 'MAP', 'FILE', 'UUID', 'INTERVAL']

// The parser's names of types that are not Snowflake's own, in its spelling.
const NAMES: Record<string, string> = {
  DoublePrecision: 'DOUBLE PRECISION',
  Float4: 'FLOAT',
  Float8: 'FLOAT',
  TimestampNtz: 'TIMESTAMP_NTZ',
  CharacterVarying: 'VARCHAR',
  CharVarying: 'VARCHAR',
  Nvarchar: 'VARCHAR',
  Dec: 'NUMBER',
  Bool: 'BOOLEAN',
}

function typeText(node: AstDataType): string {
  const [kind, content] = kindOf(node)
  if (kind === 'Custom') {
    const [name, args] = content as readonly [ObjectName, readonly string[]]
    return withArguments(storedParts(name).join('.'), args)
  }
  if (kind === 'Timestamp' || kind === 'Time') {
    const [precision, zone] = content as readonly [number | null | undefined, string]
    const name = zone === 'WithTimeZone' || zone === 'Tz' ? 'TIMESTAMP_TZ' : kind
    return withArguments(
      name,
      precision === null || precision === undefined ? [] : [String(precision)],
    )
  }
  return withArguments(NAMES[kind] ?? kind, numbersIn(content))
}

function withArguments(name: string, args: readonly string[]): string {
  return args.length === 0 ? name : `${name}(${args.join(', ')})`
}

/** The numbers anywhere in the node: `{"PrecisionAndScale": [10, 2]}` → 10, 2. */
function numbersIn(content: unknown): string[] {
  if (typeof content === 'number') return [String(content)]
  if (typeof content !== 'object' || content === null) return []
  return Object.values(content).flatMap(numbersIn)
}
