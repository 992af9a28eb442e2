import { type DataType, parseDataType, SqlError } from '@spcs/sql'
import { SnowflakeError } from '../../snowflake-error.ts'
import type { TokenReader } from '../../sql/token-reader.ts'

/** Reads a data type as SQL writes it: `FLOAT`, `DOUBLE PRECISION`, `NUMBER(38, 0)`. */
export function readDataType(reader: TokenReader): DataType {
  const from = reader.position
  reader.word('a data type')
  while (reader.maybeWords('PRECISION') || reader.maybeWords('VARYING')) {
    // the second word of `DOUBLE PRECISION` and `CHAR VARYING`
  }
  if (reader.maybeSymbol('(')) {
    do reader.integer('a size')
    while (reader.maybeSymbol(','))
    reader.symbol(')')
  }
  const text = reader.between(from, reader.position)
  try {
    return parseDataType(text)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    throw new SnowflakeError(
      '002040',
      '42601',
      `SQL compilation error:\nUnsupported data type '${text}'.`,
    )
  }
}
