import { hash } from 'node:crypto'
import { constants, gzip } from 'node:zlib'
import type { BatchReply } from './batch-reply.ts'
import type { AnswerBody } from './encode-answer.ts'
import type { HeadersOfBatch } from './received-batch.ts'

/**
 * Sends an answer's body with its checksum, which Snowflake compares; as gzip where it is long and the caller takes that.
 *
 * @param gzipFromBytes Below, packing costs more time than it saves on a network inside of one data center.
 */
export function sendAnswer(
  request: HeadersOfBatch,
  reply: BatchReply,
  body: AnswerBody,
  gzipFromBytes: number,
): void {
  if (body.length < gzipFromBytes || !acceptsGzip(request)) {
    send(reply, body)
    return
  }
  gzip(body, { level: constants.Z_BEST_SPEED }, (error, packed) => {
    if (error === null) reply.header('content-encoding', 'gzip')
    send(reply, error === null ? packed : body)
  })
}

function send(reply: BatchReply, body: AnswerBody): void {
  reply.header('content-type', 'application/json; charset=utf-8')
  reply.header('content-md5', hash('md5', body, 'base64'))
  reply.send(body)
}

function acceptsGzip({ headers }: HeadersOfBatch): boolean {
  const accepted = headers['accept-encoding']
  return typeof accepted === 'string' && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted)
}
