import { compose } from '../print/printed.ts'
import { toText } from '../print/cast.ts'
import { ARRAY, BINARY, BOOLEAN, VARCHAR } from '../sql-type.ts'
import { unsupported } from '../../../snowflake-error.ts'
import {
  argument,
  type Call,
  define,
  type FunctionTable,
  requireCount,
  WHOLE,
} from './function-table.ts'

const text1 = (name: string): ReturnType<typeof define> =>
  define('text', VARCHAR, (x) => `${name}(${x})`)
const length = define('any', WHOLE, (x) => `length(${x})`)
const charindex = define(
  'text text integer?',
  WHOLE,
  (needle, x, start = '1') => `sf_charindex(${needle}, ${x}, ${start})`,
)
const substring = define(
  'text integer integer?',
  VARCHAR,
  (x, start, count = '16777216') => `sf_substring(${x}, ${start}, ${count})`,
)

/** Text. */
export const stringFunctions: FunctionTable = {
  UPPER: text1('upper'),
  LOWER: text1('lower'),
  INITCAP: text1('sf_initcap'),
  REVERSE: text1('reverse'),
  LENGTH: (call) =>
    call.args[0]?.type.kind === 'BINARY'
      ? define('binary', WHOLE, (x) => `octet_length(${x})`)(call)
      : length({ ...call, args: call.args.map((arg) => toText(arg)) }),
  LEN: (call) => stringFunctions['LENGTH']?.(call) ?? argument(call, 0),
  OCTET_LENGTH: define('text', WHOLE, (x) => `strlen(${x})`),
  BIT_LENGTH: define('text', WHOLE, (x) => `(strlen(${x}) * 8)`),
  TRIM: define('text text?', VARCHAR, (x, set = `' '`) => `trim(${x}, ${set})`),
  LTRIM: define('text text?', VARCHAR, (x, set = `' '`) => `ltrim(${x}, ${set})`),
  RTRIM: define('text text?', VARCHAR, (x, set = `' '`) => `rtrim(${x}, ${set})`),
  SUBSTR: substring,
  SUBSTRING: substring,
  LEFT: define('text integer', VARCHAR, (x, n) => `sf_left(${x}, ${n})`),
  RIGHT: define('text integer', VARCHAR, (x, n) => `sf_right(${x}, ${n})`),
  CONCAT: define('text text*', VARCHAR, (...texts) => `(${texts.join(' || ')})`),
  CONCAT_WS: (call) => {
    requireCount(call, 2, Infinity)
    // DuckDB passes over NULL, Snowflake answers it.
    return compose(VARCHAR, call.args.map(toText), (separator, ...texts) =>
      texts.length === 1
        ? `CASE WHEN ${separator} IS NOT NULL THEN ${texts[0]} END`
        : `(${texts.join(` || ${separator} || `)})`,
    )
  },
  REPLACE: define(
    'text text text?',
    VARCHAR,
    (x, from, to = `''`) => `replace(${x}, ${from}, ${to})`,
  ),
  REPEAT: define('text integer', VARCHAR, (x, n) => `repeat(${x}, ${n})`),
  SPACE: define('integer', VARCHAR, (n) => `repeat(' ', ${n})`),
  LPAD: define(
    'text integer text?',
    VARCHAR,
    (x, n, fill = `' '`) => `sf_lpad(${x}, ${n}, ${fill})`,
  ),
  RPAD: define(
    'text integer text?',
    VARCHAR,
    (x, n, fill = `' '`) => `sf_rpad(${x}, ${n}, ${fill})`,
  ),
  CHARINDEX: charindex,
  POSITION: charindex,
  CONTAINS: define('text text', BOOLEAN, (x, part) => `contains(${x}, ${part})`),
  STARTSWITH: define('text text', BOOLEAN, (x, part) => `starts_with(${x}, ${part})`),
  ENDSWITH: define('text text', BOOLEAN, (x, part) => `suffix(${x}, ${part})`),
  SPLIT: define('text text', ARRAY, (x, separator) => `to_json(string_split(${x}, ${separator}))`),
  SPLIT_PART: define(
    'text text integer',
    VARCHAR,
    (x, separator, part) => `sf_split_part(${x}, ${separator}, ${part})`,
  ),
  STRTOK: define(
    'text text? integer?',
    VARCHAR,
    (x, separators = `' '`, part = '1') => `sf_strtok(${x}, ${separators}, ${part})`,
  ),
  TRANSLATE: define('text text text', VARCHAR, (x, from, to) => `translate(${x}, ${from}, ${to})`),
  INSERT: define(
    'text integer integer text',
    VARCHAR,
    (x, start, count, inserted) => `sf_insert(${x}, ${start}, ${count}, ${inserted})`,
  ),
  ASCII: define('text', WHOLE, (x) => `CASE WHEN ${x} = '' THEN 0 ELSE ascii(${x}) END`),
  UNICODE: define('text', WHOLE, (x) => `CASE WHEN ${x} = '' THEN 0 ELSE unicode(${x}) END`),
  CHR: define('integer', VARCHAR, (n) => `chr(CAST(${n} AS INTEGER))`),
  CHAR: define('integer', VARCHAR, (n) => `chr(CAST(${n} AS INTEGER))`),
  MD5: text1('md5'),
  MD5_HEX: text1('md5'),
  SHA1: text1('sha1'),
  SHA1_HEX: text1('sha1'),
  SHA2: sha2,
  SHA2_HEX: sha2,
  HEX_ENCODE: define('text', VARCHAR, (x) => `hex(${x})`),
  HEX_DECODE_STRING: define('text', VARCHAR, (x) => `decode(sf_binary(${x}))`),
  HEX_DECODE_BINARY: define('text', BINARY, (x) => `sf_binary(${x})`),
  BASE64_ENCODE: define('text', VARCHAR, (x) => `base64(encode(${x}))`),
  BASE64_DECODE_STRING: define('text', VARCHAR, (x) => `decode(from_base64(${x}))`),
  BASE64_DECODE_BINARY: define('text', BINARY, (x) => `from_base64(${x})`),
  EDITDISTANCE: define('text text', WHOLE, (a, b) => `levenshtein(${a}, ${b})`),
  JAROWINKLER_SIMILARITY: define(
    'text text',
    WHOLE,
    (a, b) => `CAST(trunc(jaro_winkler_similarity(upper(${a}), upper(${b})) * 100) AS BIGINT)`,
  ),
  UUID_STRING: (call) => {
    requireCount(call, 0, 0)
    call.scope.statement.usesRandom.value = true
    return { sql: 'CAST(uuid() AS VARCHAR)', type: VARCHAR, rounds: 0, volatile: true }
  },
  REGEXP_LIKE: regexpLike,
  RLIKE: regexpLike,
  REGEXP_REPLACE: (call) => {
    requireCount(call, 2, 6)
    const occurrence = call.args[4]?.literal ?? 0
    if ((call.args[3]?.literal ?? 1) !== 1 || (occurrence !== 0 && occurrence !== 1)) {
      throw unsupported('REGEXP_REPLACE with a position, or an occurrence above 1')
    }
    const regex = flagged(call, 5)
    const which = occurrence === 0 ? `'g'` : `''`
    return define(
      'text text text?',
      VARCHAR,
      (x, pattern, by = `''`) => `regexp_replace(${x}, ${regex(pattern)}, ${by}, ${which})`,
    )({ ...call, args: call.args.slice(0, 3) })
  },
  REGEXP_SUBSTR: (call) => {
    requireCount(call, 2, 6)
    const regex = flagged(call, 4)
    const extracts = String(call.args[4]?.literal ?? '').includes('e')
    const group = Number(call.args[5]?.literal ?? (extracts ? 1 : 0))
    return define(
      'text text integer? integer?',
      VARCHAR,
      (x, pattern, start = '1', occurrence = '1') =>
        `sf_regexp_substr(${x}, ${regex(pattern)}, ${start}, ${occurrence}, ${group})`,
    )({ ...call, args: call.args.slice(0, 4) })
  },
  REGEXP_COUNT: (call) => {
    requireCount(call, 2, 4)
    const regex = flagged(call, 3)
    return define(
      'text text integer?',
      WHOLE,
      (x, pattern, start = '1') => `sf_regexp_count(${x}, ${regex(pattern)}, ${start})`,
    )({ ...call, args: call.args.slice(0, 3) })
  },
  REGEXP_INSTR: define(
    'text text integer?',
    WHOLE,
    (x, pattern, start = '1') => `sf_regexp_instr(${x}, ${pattern}, ${start})`,
  ),
}

function sha2(call: Call): ReturnType<FunctionTable[string]> {
  requireCount(call, 1, 2)
  if ((call.args[1]?.literal ?? 256) !== 256)
    throw unsupported('SHA2 with a digest size other than 256')
  return text1('sha256')({ ...call, args: call.args.slice(0, 1) })
}

function regexpLike(call: Call): ReturnType<FunctionTable[string]> {
  requireCount(call, 2, 3)
  const regex = flagged(call, 2)
  return define(
    'text text',
    BOOLEAN,
    (x, pattern) => `regexp_full_match(${x}, ${regex(pattern)})`,
  )({
    ...call,
    args: call.args.slice(0, 2),
  })
}

/** Puts the parameters of a regular expression function (`i`, `m`, `s`) in front of its pattern. */
function flagged(call: Call, index: number): (pattern: string) => string {
  const arg = call.args[index]
  const given = arg === undefined ? '' : arg.literal
  if (typeof given !== 'string') {
    throw unsupported(`${call.name} with parameters that are not a literal`)
  }
  const flags = given.replaceAll(/[^ims]/g, '')
  return (pattern) => (flags === '' ? pattern : `('(?${flags})' || ${pattern})`)
}
