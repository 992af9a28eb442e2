import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../account.ts'
import type { Stage } from '../catalog/objects.ts'
import { SnowflakeError } from '../snowflake-error.ts'
import { stackOf } from '../statements/statement-error.ts'
import { maybeOpenStageFile } from './open-stage-file.ts'

interface ByFile {
  Params: { stageId: string; '*': string }
}

const ADDRESS = '/stage/stages/:stageId/*'

/**
 * The stages' files, as Google Cloud Storage would serve them: drivers PUT and GET here what a PUT or GET
 * statement told them, with the token that it gave them.
 */
export const stages: FastifyPluginAsync<{ readonly account: Account }> = (app, { account }) => {
  // Files of any size: they stream to disk and are never held in memory.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, account))

  app.put<ByFile>(ADDRESS, async (request, reply) => {
    const stage = stageOf(request, account)
    const content = request.body instanceof Readable ? request.body : new Uint8Array()
    await account.stages.write(stage, request.params['*'], content)
    return reply.code(200).send()
  })

  app.head<ByFile>(ADDRESS, async (request, reply) => {
    const file = await openFile(request, account)
    try {
      await describeFile(file, reply)
    } finally {
      await file.close()
    }
    return reply.send()
  })

  app.get<ByFile>(ADDRESS, async (request, reply) => {
    const file = await openFile(request, account)
    try {
      const size = await describeFile(file, reply)
      if (size > 0) return reply.send(file.createReadStream({ start: 0, end: size - 1 }))
    } catch (error) {
      await file.close()
      throw error
    }
    await file.close()
    return reply.send()
  })
  return Promise.resolve()
}

/** Drivers act on the status alone: on 401 they ask for a new token, other errors they repeat a few times. */
class StageRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'StageRefusal'
    this.status = status
  }
}

function stageOf(request: FastifyRequest<ByFile>, account: Account): Stage {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const subject = account.tokens.resolve(token)
  if (subject?.kind !== 'stage') throw new StageRefusal(401, 'no token for a stage')
  const stage = account.catalog.stages.maybe(subject.stage)
  // A stage created anew has another id: the token was for the old one's files.
  if (stage?.id === request.params.stageId) return stage
  throw new StageRefusal(403, 'the token is for another stage')
}

async function openFile(request: FastifyRequest<ByFile>, account: Account): Promise<FileHandle> {
  const directory = account.stages.directory(stageOf(request, account))
  const file = await maybeOpenStageFile(directory, request.params['*'])
  if (file === undefined) throw new StageRefusal(404, 'no such file')
  return file
}

/** Sets the headers that drivers read, and gives the size. */
async function describeFile(file: FileHandle, reply: FastifyReply): Promise<number> {
  const { size, mtime } = await file.stat()
  const hash = createHash('sha256')
  if (size === 0) hash.end()
  else {
    const content = file.createReadStream({ start: 0, end: size - 1, autoClose: false })
    await pipeline(content, hash)
  }
  reply
    .type('application/octet-stream')
    .header('content-length', size)
    .header('last-modified', mtime.toUTCString())
    .header('x-goog-meta-sfc-digest', Buffer.from(hash.read() ?? []).toString('base64'))
  return size
}

function answerError(error: unknown, reply: FastifyReply, account: Account): FastifyReply {
  if (error instanceof StageRefusal) {
    return reply.code(error.status).type('text/plain').send(error.message)
  }
  if (error instanceof SnowflakeError) {
    return reply.code(400).type('text/plain').send(error.message)
  }
  account.log.error({ error: stackOf(error) }, 'stage request failed')
  return reply.code(500).type('text/plain').send('internal error')
}
