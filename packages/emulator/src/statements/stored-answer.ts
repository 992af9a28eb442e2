import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip as gzipCallback } from 'node:zlib'
import type { WireRows } from '../statement-result.ts'
import { cutRows } from './cut-rows.ts'

const gzip = promisify(gzipCallback)
/** So many compressions at once; a result's texts are not all in memory at the same time then. */
const CONCURRENT_GZIPS = 4

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

export interface Chunk {
  readonly body: Buffer
  readonly rowCount: number
  readonly uncompressedSize: number
}

/**
 * Encodes rows for the wire; the event loop gets its turns while a large result is encoded.
 *
 * @param signal Ends it, with its reason.
 */
export async function storeAnswer(
  fields: Readonly<Record<string, unknown>>,
  rows: WireRows,
  signal?: AbortSignal,
): Promise<StoredAnswer> {
  const cuts = cutRows(rows)
  const first = cuts.next()
  const inline = first.done === true ? '' : first.value.text
  const chunks = await compress(cuts, signal)
  const head = JSON.stringify({ ...fields, returned: rows.length, total: rows.length }).slice(0, -1)
  const secret = randomBytes(24).toString('base64url')
  const size = chunks.reduce((sum, chunk) => sum + chunk.body.length, inline.length + head.length)
  return {
    secret,
    chunks,
    rowCount: rows.length,
    bytes: size,
    dataFor: (host) => `${head}${chunkFields(chunks, host, secret)},"rowset":[${inline}]}`,
  }
}

async function compress(
  cuts: ReturnType<typeof cutRows>,
  signal: AbortSignal | undefined,
): Promise<readonly Chunk[]> {
  const chunks: Promise<Chunk>[] = []
  for (const { text, rowCount } of cuts) {
    await chunks.at(-CONCURRENT_GZIPS)
    signal?.throwIfAborted()
    const chunk = gzip(text, { level: 1 }).then((body) => {
      return { body, rowCount, uncompressedSize: Buffer.byteLength(text) }
    })
    chunk.catch(() => {}) // awaited below, perhaps after another one has failed
    chunks.push(chunk)
  }
  return Promise.all(chunks)
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
