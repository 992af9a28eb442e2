import { randomBytes } from 'node:crypto'
import type { Chunk, PackedRows } from '../statement-result.ts'

/** A statement's answer as it is sent, first and every later time: rows as text, most of them compressed. */
export interface StoredAnswer {
  /** Names the chunks in their addresses; who knows it may read them. */
  readonly secret: string
  /** Rows after the first ones, each chunk rows joined by commas, gzipped. */
  readonly chunks: readonly Chunk[]
  readonly rowCount: number
  readonly bytes: number
  /** The answer's `data` as JSON, for a client that knows the account as `http://<host>`. */
  dataFor(host: string): string
}

/** The rows of a statement and the other fields of its answer, as they will be sent. */
export function storeAnswer(
  fields: Readonly<Record<string, unknown>>,
  { inline, chunks, length }: PackedRows,
): StoredAnswer {
  const head = JSON.stringify({ ...fields, returned: length, total: length }).slice(0, -1)
  const secret = randomBytes(24).toString('base64url')
  const size = chunks.reduce((sum, chunk) => sum + chunk.body.length, inline.length + head.length)
  return {
    secret,
    chunks,
    rowCount: length,
    bytes: size,
    dataFor: (host) => `${head}${chunkFields(chunks, host, secret)},"rowset":[${inline}]}`,
  }
}

/** Drivers dial a chunk's address as it is, so it names the account as this client does. */
function chunkFields(chunks: readonly Chunk[], host: string, secret: string): string {
  if (chunks.length === 0) return ''
  const listed = chunks.map(({ body, rowCount, uncompressedSize }, index) => ({
    url: `http://${host}/results/${secret}/${index}`,
    rowCount,
    uncompressedSize,
    compressedSize: body.length,
  }))
  return `,"chunkHeaders":{},"chunks":${JSON.stringify(listed)}`
}
