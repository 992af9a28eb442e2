import { Readable } from 'node:stream'
import { type Blob, type Descriptor, type OnBytes, readBlob } from '../image/blob.ts'
import { MANIFEST_TYPE } from '../image/image.ts'
import { refused, RegistryAnswer, type RegistryPlace } from './registry-answer.ts'
import { type Answer, RegistryConnection, type RegistryOptions } from './registry-connection.ts'

/** Who wants to know how far a blob is on its way to the registry. */
export interface TransferListener {
  readonly onSent: OnBytes
  /** The blob lies elsewhere and comes from there first. */
  readonly onFetched: OnBytes
}

/** A manifest as a registry gave it. */
export interface ShownManifest {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Images and indexes, of OCI and of Docker. */
const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  MANIFEST_TYPE,
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** A registry of OCI distribution v2, for one repository path; close it when done. */
export class RegistryClient implements AsyncDisposable {
  readonly #connection: RegistryConnection
  readonly #place: RegistryPlace

  constructor(options: RegistryOptions) {
    this.#connection = new RegistryConnection(options)
    this.#place = options
  }

  async hasBlob(digest: string): Promise<boolean> {
    const answer = await this.#connection.send({ method: 'HEAD', url: this.#url('blobs', digest) })
    return this.#exists(answer)
  }

  /** The bytes of a blob from one of them on. */
  async *readBlob({ digest }: Descriptor, start = 0): AsyncGenerator<Uint8Array> {
    const headers = start === 0 ? {} : { range: `bytes=${start}-` }
    const answer = await this.#connection.send({
      method: 'GET',
      url: this.#url('blobs', digest),
      headers,
    })
    await this.#connection.expect(answer, 200, 206)
    // Not every registry goes on in the middle.
    let toSkip = answer.statusCode === 206 ? 0 : start
    for await (const chunk of this.#connection.read(answer)) {
      const rest = chunk.subarray(Math.min(toSkip, chunk.length))
      toSkip -= chunk.length - rest.length
      if (rest.length > 0) yield rest
    }
  }

  /** The digest that a tag stands for, or undefined where there is no such tag. */
  async manifestDigest(tag: string): Promise<string | undefined> {
    const answer = await this.#connection.send({
      method: 'HEAD',
      url: this.#url('manifests', tag),
      headers: { accept: MANIFEST_TYPES.join(', ') },
    })
    if (!(await this.#exists(answer))) return undefined
    return digestHeader(answer)
  }

  /** @param reference A tag or a digest. */
  async readManifest(reference: string): Promise<ShownManifest> {
    const answer = await this.#connection.send({
      method: 'GET',
      url: this.#url('manifests', reference),
      headers: { accept: MANIFEST_TYPES.join(', ') },
    })
    await this.#connection.expect(answer, 200)
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#connection.read(answer)) chunks.push(chunk)
    return {
      mediaType: String(answer.headers['content-type'] ?? ''),
      bytes: Buffer.concat(chunks),
    }
  }

  /** Uploads a blob in one request, unless the registry takes it over from another of its repositories. */
  async putBlob(blob: Blob, { onSent, onFetched }: TransferListener): Promise<void> {
    const { digest, size, origin } = blob
    const mount =
      origin?.host === this.#place.host
        ? `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(origin.path)}`
        : ''
    const started = await this.#connection.send({
      method: 'POST',
      url: `${this.#url('blobs', 'uploads')}/${mount}`,
    })
    await this.#connection.expect(started, 202, ...(mount === '' ? [] : [201]))
    if (started.statusCode === 201) return onSent(size)
    const location = new URL(String(started.headers['location']), this.#connection.origin)
    location.searchParams.set('digest', digest)
    const answer = await this.#connection.send({
      method: 'PUT',
      url: location.href,
      headers: { 'content-type': 'application/octet-stream', 'content-length': `${size}` },
      body: async () => Readable.from(counted(await blob.open(onFetched), onSent)),
    })
    await this.#connection.expect(answer, 201)
    this.#checkStored(answer, digest)
  }

  async putManifest(manifest: Blob, tag: string): Promise<void> {
    const answer = await this.#connection.send({
      method: 'PUT',
      url: this.#url('manifests', tag),
      headers: { 'content-type': manifest.mediaType },
      body: () => readBlob(manifest),
    })
    await this.#connection.expect(answer, 201)
    this.#checkStored(answer, manifest.digest)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close()
  }

  #url(kind: 'blobs' | 'manifests', name: string): string {
    return `/v2/${this.#place.path}/${kind}/${name}`
  }

  async #exists(answer: Answer): Promise<boolean> {
    if (answer.statusCode !== 404) await this.#connection.expect(answer, 200)
    await answer.body.dump()
    return answer.statusCode === 200
  }

  /** @throws {DeployError} `REGISTRY_FAILED` when the registry has kept something else than what was sent. */
  #checkStored(answer: Answer, digest: string): void {
    const stored = digestHeader(answer)
    if (stored === undefined || stored === digest) return
    const text = `with digest ${stored} for what was sent as ${digest}`
    throw refused(new RegistryAnswer(answer.statusCode, text), this.#place)
  }
}

function digestHeader({ headers }: Answer): string | undefined {
  const digest = headers['docker-content-digest']
  return typeof digest === 'string' ? digest : undefined
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onSent: OnBytes,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  onSent(sent)
  for await (const chunk of chunks) {
    yield chunk
    sent += chunk.length
    onSent(sent)
  }
}
