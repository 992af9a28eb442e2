import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../account.ts'
import type { ImageRepository } from '../catalog/objects.ts'
import { type ByteRange, checkDigest } from '../spcs/images/blob-store.ts'
import {
  authenticate,
  type FindSession,
  type RegistryUser,
  requireRepositoryPrivilege,
} from '../spcs/images/registry-auth.ts'
import { RegistryError } from '../spcs/images/registry-error.ts'
import {
  parseRegistryImage,
  parseRegistryPath,
  type RegistryImage,
  type RegistryPath,
} from '../spcs/images/registry-path.ts'

export interface RegistryOptions {
  readonly account: Account
  /** Finds the session of a token that `0sessiontoken` gives as its password. */
  readonly findSession: FindSession
}

const TOKEN_LIFE_MS = 3_600_000
const MOST_MANIFEST_BYTES = 4 * 1024 * 1024
const EMPTY_INDEX = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [],
}

/**
 * The account's image registry: the OCI distribution API under `/v2/`, and `/login`, which gives a bearer token.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export const registry: FastifyPluginAsync<RegistryOptions> = (app, { account, findSession }) => {
  // Bodies are layers of any size: they stream to disk and are never held in memory.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  answerErrors(app, account)

  app.get('/login', async (request) => {
    const { user, role } = await authenticate(request.headers.authorization, account, findSession)
    const token = account.tokens.issue({ kind: 'registry', user, role }, TOKEN_LIFE_MS)
    const issuedAt = account.now().toISOString()
    return { token, access_token: token, expires_in: TOKEN_LIFE_MS / 1000, issued_at: issuedAt }
  })

  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    reply.header('docker-distribution-api-version', 'registry/2.0')
    const user = await authenticate(request.headers.authorization, account, findSession)
    const path = parseRegistryPath(new URL(request.url, 'http://registry').pathname)
    return answer({ account, user, request, reply }, path)
  }
  app.all('/v2', onRequest)
  app.all('/v2/*', onRequest)
  return Promise.resolve()
}

/** A request on its way: who asks for what. */
interface Call {
  readonly account: Account
  readonly user: RegistryUser
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

function answer(call: Call, path: RegistryPath): unknown {
  const action = `${call.request.method} ${path.kind}`
  switch (path.kind) {
    case 'base':
      return action === 'GET base' || action === 'HEAD base' ? {} : refuse(action)
    case 'tags':
      return action === 'GET tags' ? listTags(call, path.image) : refuse(action)
    case 'referrers':
      return action === 'GET referrers' ? listReferrers(call, path.image) : refuse(action)
    case 'manifest':
      if (action === 'PUT manifest') return putManifest(call, path.image, path.reference)
      return isRead(call) ? getManifest(call, path.image, path.reference) : refuse(action)
    case 'blob':
      return isRead(call) ? getBlob(call, path.image, path.digest) : refuse(action)
    case 'uploads':
      return action === 'POST uploads' ? startUpload(call, path.image) : refuse(action)
    case 'upload':
      return continueUpload(call, path.image, path.id)
  }
}

async function listTags(call: Call, image: RegistryImage): Promise<unknown> {
  const repository = findRepository(call, image, 'READ')
  const tags = await call.account.images.maybeTags(repository, image.name)
  if (tags === undefined) {
    throw new RegistryError('NAME_UNKNOWN', `no image "${image.name}" in this repository`)
  }
  const { n, last = '' } = call.request.query as { n?: string; last?: string }
  const after = tags.filter((tag) => tag > last)
  const { database, schema, repository: name } = image
  return {
    name: [database, schema, name, image.name].join('/'),
    tags: n === undefined ? after : after.slice(0, Number(n)),
  }
}

/** Nothing refers to an image here: signatures and the like are pushed as images of their own. */
function listReferrers(call: Call, image: RegistryImage): unknown {
  findRepository(call, image, 'READ')
  return call.reply.type(EMPTY_INDEX.mediaType).send(JSON.stringify(EMPTY_INDEX))
}

async function getManifest(call: Call, image: RegistryImage, reference: string): Promise<unknown> {
  const repository = findRepository(call, image, 'READ')
  const manifest = await call.account.images.maybeManifest(repository, image.name, reference)
  if (manifest === undefined) {
    throw new RegistryError('MANIFEST_UNKNOWN', `no image "${image.name}:${reference}"`)
  }
  return call.reply
    .type(manifest.mediaType)
    .header('docker-content-digest', manifest.digest)
    .header('etag', `"${manifest.digest}"`)
    .header('content-length', manifest.content.length)
    .send(call.request.method === 'HEAD' ? undefined : manifest.content)
}

async function putManifest(call: Call, image: RegistryImage, reference: string): Promise<unknown> {
  const { account, request, reply } = call
  const repository = findRepository(call, image, 'WRITE')
  const content = await readManifest(request)
  const mediaType = request.headers['content-type'] ?? 'application/vnd.oci.image.manifest.v1+json'
  const digest = await account.images.putManifest(repository, image.name, reference, {
    mediaType,
    content,
  })
  account.log.info({ image: imagePath(image), reference, digest }, 'image pushed')
  return reply
    .code(201)
    .header('location', `/v2/${imagePath(image)}/manifests/${digest}`)
    .header('docker-content-digest', digest)
    .send()
}

async function getBlob(call: Call, image: RegistryImage, digest: string): Promise<unknown> {
  const { account, request, reply } = call
  const repository = findRepository(call, image, 'READ')
  const size = await account.images.maybeBlobSize(repository, digest)
  if (size === undefined) throw new RegistryError('BLOB_UNKNOWN', `no blob "${digest}"`)
  reply.type('application/octet-stream')
  reply.header('docker-content-digest', digest).header('accept-ranges', 'bytes')
  reply.header('etag', `"${digest}"`)
  if (request.method === 'HEAD') return reply.header('content-length', size).send()
  const range = maybeRange(request.headers.range, size)
  if (range === undefined) {
    return reply.header('content-length', size).send(account.images.readBlob(digest))
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${size}`)
    .header('content-length', range.end - range.start + 1)
    .send(account.images.readBlob(digest, range))
}

async function startUpload(call: Call, image: RegistryImage): Promise<unknown> {
  const { images } = call.account
  const repository = findRepository(call, image, 'WRITE')
  const { mount, from, digest } = call.request.query as Record<string, string | undefined>
  if (mount !== undefined && from !== undefined) {
    const source = maybeReadable(call, from)
    if (source !== undefined && (await images.mountBlob(repository, checkDigest(mount), source))) {
      return created(call, image, mount)
    }
  }
  if (digest !== undefined) checkDigest(digest)
  const id = images.startUpload()
  if (digest === undefined) return accepted(call, image, id)
  await images.appendUpload(id, bodyOf(call.request))
  await images.finishUpload(repository, id, digest)
  return created(call, image, digest)
}

async function continueUpload(call: Call, image: RegistryImage, id: string): Promise<unknown> {
  const { request, reply } = call
  const { images } = call.account
  const repository = findRepository(call, image, 'WRITE')
  switch (request.method) {
    case 'GET':
      return reply
        .code(204)
        .headers(uploadHeaders(call, image, id))
        .send()
    case 'PATCH':
      checkChunkStart(request.headers['content-range'], images.uploadSize(id))
      await images.appendUpload(id, bodyOf(request))
      return accepted(call, image, id)
    case 'PUT': {
      const { digest = '' } = request.query as { digest?: string }
      checkDigest(digest)
      checkChunkStart(request.headers['content-range'], images.uploadSize(id))
      await images.appendUpload(id, bodyOf(request))
      await images.finishUpload(repository, id, digest)
      return created(call, image, digest)
    }
    case 'DELETE':
      await images.cancelUpload(id)
      return reply.code(204).send()
    default:
      return refuse(`${request.method} upload`)
  }
}

function accepted(call: Call, image: RegistryImage, id: string): FastifyReply {
  return call.reply
    .code(202)
    .headers(uploadHeaders(call, image, id))
    .send()
}

function uploadHeaders(call: Call, image: RegistryImage, id: string): Record<string, string> {
  const size = call.account.images.uploadSize(id)
  return {
    location: `/v2/${imagePath(image)}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': id,
  }
}

function created(call: Call, image: RegistryImage, digest: string): FastifyReply {
  return call.reply
    .code(201)
    .header('location', `/v2/${imagePath(image)}/blobs/${digest}`)
    .header('docker-content-digest', digest)
    .send()
}

/** The repository of a path, whose names are the catalog's in lower case. */
function findRepository(
  { account, user }: Call,
  image: RegistryImage,
  privilege: 'READ' | 'WRITE',
): ImageRepository {
  const repository = account.catalog.imageRepositories
    .list()
    .find(
      ({ database, schema, name }) =>
        database.toLowerCase() === image.database &&
        schema.toLowerCase() === image.schema &&
        name.toLowerCase() === image.repository,
    )
  if (repository === undefined) {
    const path = [image.database, image.schema, image.repository].join('/')
    throw new RegistryError('NAME_UNKNOWN', `no image repository "${path}"`)
  }
  requireRepositoryPrivilege(privilege, repository, user, account)
  return repository
}

/** The repository to mount a blob from; one that may not be read is as good as none. */
function maybeReadable(call: Call, from: string): ImageRepository | undefined {
  try {
    return findRepository(call, parseRegistryImage(from), 'READ')
  } catch (error) {
    if (error instanceof RegistryError) return undefined
    throw error
  }
}

function imagePath({ database, schema, repository, name }: RegistryImage): string {
  return [database, schema, repository, ...name.split('/')].map(encodeURIComponent).join('/')
}

function isRead({ request }: Call): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function refuse(action: string): never {
  throw new RegistryError('UNSUPPORTED', `this registry has no ${action}`)
}

function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  return (request.body as IncomingMessage | undefined) ?? request.raw
}

async function readManifest(request: FastifyRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bodyOf(request)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST_MANIFEST_BYTES) {
      throw new RegistryError('MANIFEST_INVALID', 'the manifest is larger than 4 MiB')
    }
  }
  return Buffer.concat(chunks)
}

/** `bytes=0-99` or `bytes=100-`; other forms are answered with the whole blob. */
function maybeRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined) return undefined
  const end = Math.min(to === undefined || to === '' ? size - 1 : Number(to), size - 1)
  return Number(from) <= end ? { start: Number(from), end } : undefined
}

function checkChunkStart(header: string | undefined, size: number): void {
  const start = /^(?:bytes )?(\d+)-/.exec(header ?? '')?.[1]
  if (start === undefined || Number(start) === size) return
  throw new RegistryError('BLOB_UPLOAD_INVALID', `the upload goes on at ${size}, not at ${start}`)
}

function answerErrors(app: FastifyInstance, account: Account): void {
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof RegistryError)) {
      account.log.error({ err: error, method: request.method, url: request.url }, 'registry failed')
      return reply.code(500).send({ errors: [{ code: 'UNKNOWN', message: 'internal error' }] })
    }
    if (error.status === 401) {
      const realm = `http://${request.headers.host ?? account.address}/login`
      reply.header('www-authenticate', `Bearer realm="${realm}",service="snowflake-registry"`)
    }
    const { code, message, status } = error
    return reply.code(status).send({ errors: [{ code, message }] })
  })
}
