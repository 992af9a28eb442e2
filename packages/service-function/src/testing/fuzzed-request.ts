import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import type { FuzzedFunction } from './fuzzed-function.ts'

/** A request, and the text of its body where the service can read it. */
export interface FuzzedRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Buffer
  /** The bytes of the body once unpacked; undefined when its headers lie. */
  readonly body: Buffer | undefined
}

/** Requests around these rows, from such as Snowflake sends to ones that nobody should. */
export function fuzzedRequest({ definition, rows }: FuzzedFunction): fc.Arbitrary<FuzzedRequest> {
  return fc
    .record({
      method: rarely('GET' as const, 'POST' as const),
      body: bodyOf(rows, definition.arguments.length),
      packing: packings,
      headers: fc.tuple(contentTypes, batchHeaders, acceptEncodings, contentLengths),
    })
    .map(({ method, body, packing: { pack, encoding, isHonest }, headers }) => ({
      method,
      headers: Object.assign({}, ...headers, encoding) as Record<string, string>,
      payload: pack(body),
      body: isHonest ? body : undefined,
    }))
}

function bodyOf(rows: readonly (readonly string[])[], columns: number): fc.Arbitrary<Buffer> {
  const sound = `{"data":[${rows.map((row, index) => `[${[index, ...row].join(',')}]`).join(',')}]}`
  const sentRow = fc.constantFrom(...rows, Array<string>(columns).fill('null'))
  const oddRow = fc.oneof(
    fc.tuple(oddNumber, sentRow).map(([number, values]) => [number, ...values]),
    fc
      .tuple(sentRow, fc.nat(columns), oddValue)
      .map(([values, at, value]) => ['0', ...values].with(at, value)),
    fc.array(oddValue, { maxLength: 4 }),
  )
  const odd = fc
    .array(oddRow, { maxLength: 4 })
    .map((list) => `{"data":[${list.map((row) => `[${row.join(',')}]`).join(',')}]}`)
  const text = fc.oneof(
    { weight: 6, arbitrary: fc.constant(sound) },
    { weight: 3, arbitrary: odd },
    { weight: 2, arbitrary: broken(sound) },
    { weight: 1, arbitrary: fc.json() },
    {
      weight: 1,
      arbitrary: fc.json().map((json) => `{"data":[[0,${json}]],"data":[[1,${json}]]}`),
    },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '{"data":[]}', '\ufeff{"data":[]}', '[]') },
  )
  const bytes = fc.oneof(
    { weight: 12, arbitrary: text.map((characters) => Buffer.from(characters)) },
    { weight: 1, arbitrary: fc.uint8Array().map((array) => Buffer.from(array)) },
    { weight: 1, arbitrary: text.map((characters) => Buffer.from(characters, 'latin1')) },
  )
  return bytes
}

const oddNumber = fc.oneof(
  fc.maxSafeInteger().map(String),
  fc.constantFrom('-1', '1.5', '"0"', 'null', '1e400', '9007199254740993', '-0'),
)

const oddValue = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '1e400',
    '1e9999',
    '-1e-9999',
    '"1e9999"',
    '"-1e-9999"',
    '123456789012345678901234567890',
    '{"a":12345678901234567890}',
    '{12345678901234567890:1}',
    '0.12345678901234567890',
    '-',
    '01',
    '"\\ud800"',
    '"\\u0000"',
    '{"__proto__":{"a":1}}',
    '[1234567890123456789,',
    `1${'0'.repeat(100_000)}`,
    `"1${'0'.repeat(100_000)}"`,
    `0.${'0'.repeat(100_000)}1`,
    `"${'x'.repeat(70_000)}"`,
    '['.repeat(3_000) + ']'.repeat(3_000),
    '['.repeat(20_000) + ']'.repeat(20_000),
    '['.repeat(20_000) + '12345678901234567.5' + ']'.repeat(20_000),
  ),
)

/** The text with something replaced, doubled or left out. */
function broken(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', ',', '[', ']', '}', '"', '\\', '9', '\0'),
    )
    .map(([at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone))
}

interface Packing {
  readonly pack: (body: Buffer) => Buffer
  readonly encoding: Readonly<Record<string, string>>
  /** True where the headers say what is sent, in an encoding that a service takes. */
  readonly isHonest: boolean
}

const same = (body: Buffer): Buffer => body
const zipped = (body: Buffer): Buffer => gzipSync(body, { level: 1 })
const says = (encoding: string): Packing['encoding'] => ({ 'content-encoding': encoding })

const packings: fc.Arbitrary<Packing> = fc.oneof(
  { weight: 16, arbitrary: fc.constant({ pack: same, encoding: {}, isHonest: true }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Packing>(
      { pack: zipped, encoding: says('gzip'), isHonest: true },
      { pack: zipped, encoding: says('GZip'), isHonest: true },
      { pack: same, encoding: says('identity'), isHonest: true },
      { pack: same, encoding: says('gzip'), isHonest: false },
      { pack: zipped, encoding: {}, isHonest: false },
      { pack: zipped, encoding: says('br'), isHonest: false },
      { pack: same, encoding: says('deflate'), isHonest: false },
      { pack: same, encoding: says(''), isHonest: false },
      { pack: (body) => zipped(zipped(body)), encoding: says('gzip, gzip'), isHonest: false },
      { pack: (body) => zipped(body).subarray(0, -9), encoding: says('gzip'), isHonest: false },
      { pack: (body) => zipped(body).subarray(0, 12), encoding: says('gzip'), isHonest: false },
      { pack: () => Buffer.alloc(0), encoding: says('gzip'), isHonest: false },
    ),
  },
)

const contentTypes = fc.oneof(
  { weight: 16, arbitrary: fc.constant({ 'content-type': 'application/json' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      {},
      { 'content-type': '' },
      { 'content-type': 'application/json; charset=utf-8' },
      { 'content-type': 'APPLICATION/JSON' },
      { 'content-type': 'application/json;;charset' },
      { 'content-type': 'application/jsonp' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ),
  },
)

const headerText = fc.stringMatching(/^[aZ09:\-_ ;,=/"%\\é]{0,30}$/)

const batchHeaders = fc.record(
  {
    'sf-external-function-query-batch-id': headerText,
    'sf-external-function-current-query-id': headerText,
    'sf-external-function-name-base64': headerText,
    'sf-context-current-user-base64': headerText,
    'sf-context-current-user': headerText,
  },
  { requiredKeys: [] },
)

const acceptEncodings = fc.record(
  {
    'accept-encoding': fc.oneof(
      fc.constantFrom('gzip', 'gzip;q=0', 'gzip; q=0.5, br', '*', 'br', ''),
      headerText,
    ),
  },
  { requiredKeys: [] },
)

const contentLengths = fc.oneof(
  { weight: 19, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('0', '3', '-1', 'abc', '', '1e3', '99999999999999999999')
      .map((length) => ({ 'content-length': length })),
  },
)

function rarely<One, Other>(rare: One, usual: Other): fc.Arbitrary<One | Other> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(rare) },
    { weight: 19, arbitrary: fc.constant(usual) },
  )
}
