import { promisify } from 'node:util'
import { gunzip as gunzipCallback } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const gunzip = promisify(gunzipCallback)

/** Bulk binds come in one request. */
export const MOST_BODY_BYTES: number = 256 * 1024 * 1024

/**
 * Reads bodies as drivers send them: JSON whatever the content type says, gzipped or not, and often empty
 * though the content type says JSON.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES },
    async (request: FastifyRequest, body: Buffer) => {
      const isZipped = request.headers['content-encoding'] === 'gzip'
      const plain = isZipped ? await maybeUnzip(body) : body
      return plain.length === 0 ? {} : parse(plain)
    },
  )
}

async function maybeUnzip(body: Buffer): Promise<Buffer> {
  try {
    return await gunzip(body, { maxOutputLength: MOST_BODY_BYTES })
  } catch (cause) {
    throw badRequest('the body is no gzip, or too large', cause)
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw badRequest('the body is no JSON', cause)
  }
}

function badRequest(why: string, cause: unknown): Error {
  const error = new Error(`Cannot read request: ${why}`, { cause })
  return Object.assign(error, { statusCode: 400 })
}
