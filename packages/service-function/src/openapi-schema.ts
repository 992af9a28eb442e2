import { type DataType, MAX_VARCHAR_LENGTH } from '@spcs/sql'
import { codecOf } from './value-codec.ts'

/** A JSON Schema of draft 2020-12, which OpenAPI 3.1 takes as it is. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON that Snowflake sends for a value of a SQL type; null is SQL NULL. */
export function argumentSchema(type: DataType): JsonSchema {
  switch (type.kind) {
    case 'NUMBER':
      return numberSchema(type)
    case 'OBJECT':
      return orJsonText('object')
    case 'ARRAY':
      return orJsonText('array')
    default:
      return isTime(type)
        ? { type: ['string', 'null'], description: "In the account's output format" }
        : resultSchema(type)
  }
}

/** The JSON that a service answers for a value of a SQL type; null is SQL NULL. */
export function resultSchema(type: DataType): JsonSchema {
  switch (type.kind) {
    case 'NUMBER':
      // Snowflake rounds what has more digits behind the point than the type.
      return { type: ['number', 'null'], ...boundsOf(type) }
    case 'FLOAT':
      // JSON has no numbers for these three.
      return { anyOf: [{ type: ['number', 'null'] }, { enum: ['NaN', 'inf', '-inf'] }] }
    case 'VARCHAR': {
      const { length } = type
      return { type: ['string', 'null'], ...(length < MAX_VARCHAR_LENGTH && { maxLength: length }) }
    }
    case 'BINARY':
      return { type: ['string', 'null'], pattern: HEXADECIMAL, contentEncoding: 'base16' }
    case 'BOOLEAN':
      return { type: ['boolean', 'null'] }
    case 'OBJECT':
      return { type: ['object', 'null'] }
    case 'ARRAY':
      return { type: ['array', 'null'] }
    case 'VARIANT':
      return { description: 'Any JSON value' }
    default:
      return { type: ['string', 'null'], pattern: codecOf(type).resultPattern }
  }
}

const HEXADECIMAL = '^(?:[0-9A-Fa-f]{2})*$'

type NumberType = Extract<DataType, { kind: 'NUMBER' }>

/** Wide numbers may come as text, too: a JSON number of so many digits is more than most programs can write. */
function numberSchema(type: NumberType): JsonSchema {
  const number = type.scale === 0 ? 'integer' : 'number'
  if (codecOf(type).exact === 'none') return { type: [number, 'null'], ...boundsOf(type) }
  const wholeDigits = type.precision - type.scale
  const whole = String.raw`-?\d{1,${Math.max(wholeDigits, 1)}}`
  const pattern = type.scale === 0 ? `^${whole}$` : String.raw`^${whole}(?:\.\d{1,38})?$`
  // As doubles, the largest values of the type are the limit itself.
  const limit = 10 ** wholeDigits
  return { type: [number, 'string', 'null'], pattern, minimum: -limit, maximum: limit }
}

/** None for wide numbers, whose bounds a double cannot tell from their neighbours. */
function boundsOf(type: NumberType): JsonSchema {
  if (codecOf(type).exact !== 'none') return {}
  const limit = 10 ** (type.precision - type.scale)
  return { exclusiveMinimum: -limit, exclusiveMaximum: limit }
}

function isTime({ kind }: DataType): boolean {
  return kind === 'DATE' || kind.startsWith('TIME')
}

/** Snowflake's pages do not settle whether OBJECT and ARRAY come as JSON or as its text. */
function orJsonText(type: 'object' | 'array'): JsonSchema {
  const text = { type: 'string', contentMediaType: 'application/json', contentSchema: { type } }
  return { anyOf: [{ type: [type, 'null'] }, text] }
}
