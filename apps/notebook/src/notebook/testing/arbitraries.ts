import fc from 'fast-check'
import type { Cell, JsonObject, JsonValue, Notebook, Output } from '../notebook.ts'

/** Any JSON, `__proto__` among the keys. */
export const json: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 3 })
  // What JSON.parse makes of it: no -0.
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('__proto__', 'constructor', '1'))

/** Metadata without the marks of a cell's language. */
export const metadata: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(key, json), { maxLength: 4 })
  .map((entries) =>
    Object.fromEntries(entries.filter(([name]) => !['spcs', 'vscode', 'language'].includes(name))),
  )

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(fc.constantFrom('a', '\n', ' ', '\r', '\u2028', '"'), { maxLength: 12 })
    .map((c) => c.join('')),
)

const source = text.map((value) => value.replaceAll('\r', ''))

const data = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom('text/plain', 'text/html', 'image/png', 'image/svg+xml'), text),
      fc.tuple(fc.constantFrom('application/json', 'application/vnd.x+json'), json),
    ),
    { maxLength: 3 },
  )
  .map((entries): JsonObject => Object.fromEntries(entries))

const count = fc.option(fc.nat(1000))

/** An output as a file can hold it. */
export const output: fc.Arbitrary<Output> = fc.oneof(
  fc.record({
    type: fc.constant('stream' as const),
    name: fc.constantFrom('stdout' as const, 'stderr' as const),
    text,
    omitted: fc.constant(0),
  }),
  fc.record({ type: fc.constant('display' as const), data, metadata, trusted: fc.constant(false) }),
  fc.record({
    type: fc.constant('result' as const),
    data,
    metadata,
    count,
    trusted: fc.constant(false),
  }),
  fc.record({
    type: fc.constant('error' as const),
    name: text,
    message: text,
    traceback: fc.array(text, { maxLength: 3 }),
  }),
)

const cellId = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/)

/** A cell as a file can hold it. */
export const cell: fc.Arbitrary<Cell> = fc
  .record({
    id: cellId,
    kind: fc.constantFrom(
      'typescript' as const,
      'sql' as const,
      'markdown' as const,
      'raw' as const,
    ),
    source,
    metadata,
    outputs: fc.array(output, { maxLength: 3 }),
    executionCount: count,
    attachments: fc.option(metadata, { nil: undefined }),
  })
  .map(({ attachments, ...fields }) => {
    const isCode = fields.kind === 'typescript' || fields.kind === 'sql'
    const base = { ...fields, version: 0, run: { status: 'idle' as const } }
    if (isCode) return base
    const plain = { ...base, outputs: [], executionCount: null }
    return attachments === undefined ? plain : { ...plain, attachments }
  })

/** A notebook as a file can hold it. */
export const notebook: fc.Arbitrary<Notebook> = fc.record({
  cells: fc.uniqueArray(cell, { maxLength: 5, selector: ({ id }) => id }),
  metadata,
})
