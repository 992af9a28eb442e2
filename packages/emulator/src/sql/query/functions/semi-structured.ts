import { invalidArgumentTypes } from '../errors.ts'
import { castTo, printSqlType, toText } from '../print/cast.ts'
import { jsonPath } from '../print/json-path.ts'
import { compose, NULL_LITERAL, type Printed, printedLiteral } from '../print/printed.ts'
import { ARRAY, BOOLEAN, INTEGER, isSemiStructured, OBJECT, VARCHAR, VARIANT } from '../sql-type.ts'
import { unsupported } from '../../../snowflake-error.ts'
import {
  argument,
  type Call,
  define,
  type FunctionPrinter,
  type FunctionTable,
  requireCount,
  WHOLE,
} from './function-table.ts'

const is = (...types: string[]): FunctionPrinter =>
  define(
    'variant',
    BOOLEAN,
    (x) => `(sf_typeof(${x}) IN (${types.map((type) => `'${type}'`).join(', ')}))`,
  )

/** VARIANT, OBJECT and ARRAY. */
// DIFFERS: an object keeps the order of its keys, and the elements that SQL NULL gives are JSON null.
export const semiStructuredFunctions: FunctionTable = {
  PARSE_JSON: define('text', VARIANT, (x) => `sf_parse_json(${x})`),
  TRY_PARSE_JSON: define('text', VARIANT, (x) => `sf_try_parse_json(${x})`),
  CHECK_JSON: define(
    'text',
    VARCHAR,
    (x) => `CASE WHEN NOT json_valid(${x}) THEN 'Error parsing JSON: ' || ${x} END`,
  ),
  TO_JSON: define('variant', VARCHAR, (x) => `CAST(${x} AS VARCHAR)`),
  TYPEOF: define('variant', VARCHAR, (x) => `sf_typeof(${x})`),
  IS_NULL_VALUE: define('variant', BOOLEAN, (x) => `(json_type(${x}) = 'NULL')`),
  STRIP_NULL_VALUE: define(
    'variant',
    VARIANT,
    (x) => `CASE WHEN json_type(${x}) <> 'NULL' THEN ${x} END`,
  ),
  IS_ARRAY: is('ARRAY'),
  IS_OBJECT: is('OBJECT'),
  IS_BOOLEAN: is('BOOLEAN'),
  IS_INTEGER: is('INTEGER'),
  IS_DECIMAL: is('INTEGER', 'DECIMAL'),
  IS_DOUBLE: is('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_REAL: is('INTEGER', 'DECIMAL', 'DOUBLE'),
  IS_VARCHAR: is('VARCHAR'),
  IS_CHAR: is('VARCHAR'),
  OBJECT_CONSTRUCT: (call) => objectConstruct(call, false),
  OBJECT_CONSTRUCT_KEEP_NULL: (call) => objectConstruct(call, true),
  OBJECT_KEYS: define('object', ARRAY, (x) => `to_json(json_keys(${x}))`),
  OBJECT_INSERT: (call) => {
    requireCount(call, 3, 4)
    const parts = [
      castTo(argument(call, 0), OBJECT),
      toText(argument(call, 1)),
      asVariant(argument(call, 2)),
    ]
    const replaces = call.args[3]?.literal === true
    return compose(OBJECT, parts, (object, key, value) =>
      replaces
        ? `sf_object_put(sf_object_delete(${object}, [${key}]), ${key}, ${value})`
        : `sf_object_insert(${object}, ${key}, ${value})`,
    )
  },
  OBJECT_DELETE: define(
    'object text text*',
    OBJECT,
    (object, ...keys) => `sf_object_delete(${object}, [${keys.join(', ')}])`,
  ),
  OBJECT_PICK: define(
    'object text text*',
    OBJECT,
    (object, ...keys) => `sf_object_pick(${object}, [${keys.join(', ')}])`,
  ),
  ARRAY_CONSTRUCT: (call) => arrayConstruct(call.args),
  ARRAY_CONSTRUCT_COMPACT: (call) =>
    compose(
      ARRAY,
      call.args.map(asVariant),
      (...items) =>
        `to_json(list_filter(CAST([${items.join(', ')}] AS JSON[]), lambda x: x IS NOT NULL))`,
    ),
  ARRAY_SIZE: define(
    'variant',
    WHOLE,
    (x) => `CASE WHEN json_type(${x}) = 'ARRAY' THEN CAST(json_array_length(${x}) AS BIGINT) END`,
  ),
  ARRAY_APPEND: define(
    'array variant',
    ARRAY,
    (a, x) => `sf_list_json(list_append(sf_items(${a}), ${x}))`,
  ),
  ARRAY_PREPEND: define(
    'array variant',
    ARRAY,
    (a, x) => `sf_list_json(list_prepend(${x}, sf_items(${a})))`,
  ),
  ARRAY_CAT: define(
    'array array',
    ARRAY,
    (a, b) => `CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL
    THEN sf_list_json(list_concat(sf_items(${a}), sf_items(${b}))) END`,
  ),
  ARRAY_CONTAINS: define('variant array', BOOLEAN, (x, a) => `list_contains(sf_items(${a}), ${x})`),
  ARRAY_POSITION: define(
    'variant array',
    WHOLE,
    (x, a) => `(CAST(nullif(list_position(sf_items(${a}), ${x}), 0) AS BIGINT) - 1)`,
  ),
  ARRAY_SLICE: define(
    'array integer integer',
    ARRAY,
    (a, from, to) => `sf_array_slice(${a}, ${from}, ${to})`,
  ),
  ARRAY_TO_STRING: define(
    'array text',
    VARCHAR,
    (a, separator) => `sf_array_to_string(${a}, ${separator})`,
  ),
  ARRAY_COMPACT: define(
    'array',
    ARRAY,
    (a) => `sf_list_json(list_filter(sf_items(${a}), lambda x: json_type(x) <> 'NULL'))`,
  ),
  ARRAY_DISTINCT: define('array', ARRAY, (a) => `sf_array_distinct(${a})`),
  ARRAY_GENERATE_RANGE: define(
    'integer integer integer?',
    ARRAY,
    (start, stop, step = '1') => `to_json(range(${start}, ${stop}, ${step}))`,
  ),
  GET: (call) => {
    requireCount(call, 2, 2)
    return getItem(argument(call, 0), argument(call, 1))
  },
  GET_PATH: (call) => {
    requireCount(call, 2, 2)
    const path = argument(call, 1).literal
    if (typeof path !== 'string') throw unsupported('GET_PATH with a path that is not a literal')
    return compose(
      VARIANT,
      [castTo(argument(call, 0), VARIANT)],
      (x) => `json_extract(${x}, ${jsonPath(path)})`,
    )
  },
}

/** `value[key]`: by position in an array, by name in an object; NULL where there is none. */
export function getItem(value: Printed, key: Printed): Printed {
  if (!isSemiStructured(value.type) && value.type.kind !== 'NULL') {
    throw invalidArgumentTypes(
      'GET',
      [value, key].map(({ type }) => printSqlType(type)),
    )
  }
  const variant = castTo(value, VARIANT)
  if (key.type.kind === 'VARCHAR') {
    return compose(VARIANT, [variant, key], (x, k) => `sf_get_key(${x}, ${k})`)
  }
  return compose(VARIANT, [variant, castTo(key, INTEGER)], (x, i) => `sf_get_index(${x}, ${i})`)
}

/** `[a, b]`. */
export function arrayConstruct(items: readonly Printed[]): Printed {
  return compose(
    ARRAY,
    items.map(asVariant),
    (...sql) => `to_json(CAST([${sql.join(', ')}] AS JSON[]))`,
  )
}

/** `{'key': value, …}`: without the pairs whose key or value is NULL, unless they are to be kept. */
export function objectFromPairs(
  pairs: readonly (readonly [Printed, Printed])[],
  keepNull: boolean,
): Printed {
  const parts = pairs.flatMap(([key, value]) => [toText(key), asVariant(value)])
  return compose(OBJECT, parts, (...sql) => {
    const members: string[] = []
    for (let index = 0; index < sql.length; index += 2) {
      const text = `CAST(${sql[index + 1]} AS VARCHAR)`
      const value = keepNull ? `coalesce(${text}, 'null')` : text
      members.push(`CAST(to_json(${sql[index]}) AS VARCHAR) || ':' || ${value}`)
    }
    const inside = members.length === 0 ? `''` : `concat_ws(',', ${members.join(', ')})`
    return `CAST('{' || ${inside} || '}' AS JSON)`
  })
}

function objectConstruct(call: Call, keepNull: boolean): Printed {
  const { args } = call.node
  const [first] = typeof args === 'object' && 'List' in args ? args.List.args : []
  const columns = first !== undefined && 'Unnamed' in first && first.Unnamed === 'Wildcard'
  if (columns) {
    const pairs = call.scope.relations.flatMap((relation) =>
      relation.columns.map((column): [Printed, Printed] => [
        printedLiteral(`'${column.name.replaceAll("'", "''")}'`, VARCHAR, column.name),
        { sql: column.sql, type: column.type, rounds: relation.rounds, volatile: false },
      ]),
    )
    return objectFromPairs(pairs, keepNull)
  }
  if (call.args.length % 2 !== 0) requireCount(call, call.args.length + 1, Infinity)
  const pairs: [Printed, Printed][] = []
  for (let index = 0; index < call.args.length; index += 2) {
    pairs.push([argument(call, index), argument(call, index + 1)])
  }
  return objectFromPairs(pairs, keepNull)
}

function asVariant(value: Printed): Printed {
  return value.type.kind === 'NULL'
    ? { ...NULL_LITERAL, sql: 'CAST(NULL AS JSON)', type: VARIANT }
    : castTo(value, VARIANT)
}
