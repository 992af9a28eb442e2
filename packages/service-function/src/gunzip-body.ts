import { finished } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { preParsingHookHandler } from 'fastify'
import { ServiceFunctionError } from './errors.ts'

/**
 * Unzips request bodies that say they are gzip; Fastify's body limit counts what comes out.
 * Whatever ends the unzipping, the rest of the request is still read: a caller who is cut off while
 * sending never sees the answer that says why.
 */
export const gunzipBody: preParsingHookHandler = (request, reply, payload, done) => {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (encoding === 'identity') return done(null, payload)
  if (encoding !== 'gzip') {
    return done(
      new ServiceFunctionError(
        'ENCODING_UNSUPPORTED',
        `Cannot read batch: content-encoding "${encoding}" is not supported`,
        { hint: 'Send the body as gzip, or as it is' },
      ),
    )
  }
  const gunzip = createGunzip()
  // Fastify compares this with content-length once the body has ended.
  Object.defineProperty(gunzip, 'receivedEncodedLength', { get: () => gunzip.bytesWritten })
  gunzip.on('error', () => {}) // the body parser listens too, but no longer once it has its limit
  gunzip.once('close', () => {
    payload.unpipe(gunzip)
    payload.resume()
  })
  finished(payload, (hungUp) => {
    if (hungUp) gunzip.destroy(hungUp)
  })
  reply.raw.once('finish', () => gunzip.destroy())
  payload.pipe(gunzip)
  done(null, gunzip)
}
