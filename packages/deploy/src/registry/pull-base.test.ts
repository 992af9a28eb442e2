import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { digestOf, readBlob } from '../image/blob.ts'
import type { BaseImage } from '../image/image.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { parseBaseReference } from './base-reference.ts'
import { pullBase, type PullBaseOptions } from './pull-base.ts'

const LAYER = randomBytes(300_000)
const CONFIG = Buffer.from(
  JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    config: { Env: ['NODE_VERSION=24.0.0'], Labels: { 'local.stand-in': '1' } },
    rootfs: { diff_ids: [`sha256:${'d'.repeat(64)}`] },
  }),
)

let registry: MemoryRegistry
let cacheDirectory: string

beforeEach(async () => {
  registry = await MemoryRegistry.start()
  cacheDirectory = await mkdtemp(join(tmpdir(), 'base-'))
})

afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(cacheDirectory, { recursive: true })
})

/** Puts an image into the registry, below an index as most public ones are. */
function serve(config = CONFIG): void {
  const keep = (bytes: Buffer): object => {
    registry.blobs.set(digestOf(bytes), bytes)
    return { digest: digestOf(bytes), size: bytes.length }
  }
  const layer = {
    ...keep(LAYER),
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  }
  const manifest = Buffer.from(JSON.stringify({ config: keep(config), layers: [layer] }))
  const entry = { digest: digestOf(manifest), size: manifest.length }
  const platforms = ['arm64', 'amd64'].map((architecture) => ({ os: 'linux', architecture }))
  const manifests = platforms.map((platform) => ({ ...entry, platform }))
  registry.manifests.set(entry.digest, manifest)
  const index = Buffer.from(JSON.stringify({ manifests }))
  for (const name of ['24', digestOf(index)]) registry.manifests.set(name, index)
}

function pull(name: string, options: Partial<PullBaseOptions> = {}): Promise<BaseImage> {
  const credentials = registry.credentials()
  return pullBase(name, { credentials, platform: 'linux/amd64', cacheDirectory, ...options })
}

/** The digest of what is really read. */
async function layerOf({ layers: [layer] }: BaseImage): Promise<string | undefined> {
  return layer === undefined ? undefined : digestOf(await readBlob(layer))
}

function blobReads(): string[] {
  return registry.requests.filter((line) => line.startsWith('GET') && line.endsWith(LAYER_DIGEST))
}

const LAYER_DIGEST = digestOf(LAYER)

describe('pullBase()', () => {
  test("takes the platform's image out of the account's registry", async () => {
    serve()
    const base = await pull('/db/public/repo/node:24')
    expect(base).toMatchObject({
      name: `${registry.host}/db/public/repo/node:24`,
      digest: expect.stringMatching(/^sha256:/),
      env: ['NODE_VERSION=24.0.0'],
      labels: { 'local.stand-in': '1' },
      diffIds: [`sha256:${'d'.repeat(64)}`],
    })
    expect(base.layers[0]).toMatchObject({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      origin: { host: registry.host, path: 'db/public/repo/node' },
    })
  })

  test('fetches a layer when it is read, and once', async () => {
    serve()
    const base = await pull('/db/public/repo/node:24')
    const seen: number[] = []
    expect(blobReads()).toEqual([])
    const layer = await base.layers[0]?.open((bytes) => seen.push(bytes))
    layer?.destroy()
    expect(seen.at(-1)).toBe(LAYER.length)
    expect(await layerOf(await pull('/db/public/repo/node:24'))).toBe(LAYER_DIGEST)
    expect(blobReads()).toHaveLength(1)
  })

  test('gets a token for anybody where the registry asks for one, and follows to where blobs are', async () => {
    registry.quirks.isPublic = true
    registry.quirks.redirects = true
    serve()
    const name = `${registry.host}/library/node:24`
    // Somebody else's credentials: they are for another host.
    const credentials = { ...registry.credentials(), host: 'own.registry' }
    expect(await layerOf(await pull(name, { credentials }))).toBe(LAYER_DIGEST)
    expect(registry.requests).toContain('GET /token')
    expect(registry.requests).not.toContain('GET /login')
  })

  describe('from a registry that is not for everybody', () => {
    beforeEach(() => {
      Object.assign(registry.quirks, { isPublic: true, readersOnly: 'reader:se:cret' })
      serve()
      vi.stubEnv('DOCKER_CONFIG', cacheDirectory)
    })

    async function pullAs(config: object): Promise<BaseImage> {
      await writeFile(join(cacheDirectory, 'config.json'), JSON.stringify(config))
      const credentials = { ...registry.credentials(), host: 'own.registry' }
      return pull(`${registry.host}/library/node:24`, { credentials })
    }

    test('reads as who has logged in there with Docker', async () => {
      const auth = Buffer.from('reader:se:cret').toString('base64')
      const base = await pullAs({ auths: { [registry.host]: { auth } } })
      expect(await layerOf(base)).toBe(LAYER_DIGEST)
    })

    test("asks Docker's credential helper", async () => {
      const helper = join(cacheDirectory, 'docker-credential-mine')
      const answer = JSON.stringify({ Username: 'reader', Secret: 'se:cret' })
      const lines = ['#!/bin/sh', `[ "$(cat)" = "${registry.host}" ] && echo '${answer}'`]
      await writeFile(helper, lines.join('\n'), { mode: 0o755 })
      vi.stubEnv('PATH', `${cacheDirectory}:${process.env['PATH'] ?? ''}`)
      const base = await pullAs({ credsStore: 'mine' })
      expect(await layerOf(base)).toBe(LAYER_DIGEST)
    })

    test('BASE_IMAGE_UNAVAILABLE without a login', async () => {
      await expect(pullAs({ credsStore: 'not-there' })).rejects.toMatchObject({
        code: 'BASE_IMAGE_UNAVAILABLE',
        message: expect.stringContaining('Cannot sign in at registry'),
      })
    })
  })

  test.each([
    [false, 2],
    [true, 1],
  ])('goes on after a cut (ranges ignored: %s)', async (ignoresRanges, cuts) => {
    serve()
    const base = await pull('/db/public/repo/node:24')
    Object.assign(registry.quirks, { cuts, ignoresRanges })
    expect(await layerOf(base)).toBe(LAYER_DIGEST)
    expect(registry.quirks.cuts).toBe(0)
    expect(blobReads()).toHaveLength(cuts + 1)
  })

  test('asks only what a tag means when nothing has changed, and nothing for a digest', async () => {
    serve()
    const { digest } = await pull('/db/public/repo/node:24')
    registry.requests.length = 0
    await pull('/db/public/repo/node:24')
    expect(registry.requests).toEqual(['GET /login', 'HEAD /v2/db/public/repo/node/manifests/24'])
    registry.requests.length = 0
    expect((await pull(`/db/public/repo/node@${digest}`)).digest).toBe(digest)
    expect(registry.requests).toEqual([])
  })

  test('fetches again what was spoilt in the cache', async () => {
    serve()
    await layerOf(await pull('/db/public/repo/node:24'))
    await writeFile(join(cacheDirectory, 'blobs', LAYER_DIGEST.replace(':', '-')), 'half')
    expect(await layerOf(await pull('/db/public/repo/node:24'))).toBe(LAYER_DIGEST)
  })

  test('BASE_IMAGE_UNAVAILABLE when what arrives is not what its digest says', async () => {
    serve()
    const base = await pull('/db/public/repo/node:24')
    registry.blobs.set(LAYER_DIGEST, randomBytes(LAYER.length))
    await expect(layerOf(base)).rejects.toMatchObject({
      code: 'BASE_IMAGE_UNAVAILABLE',
      message: expect.stringContaining('what arrives has digest sha256:'),
    })
    registry.blobs.set(LAYER_DIGEST, LAYER)
    expect(await layerOf(base)).toBe(LAYER_DIGEST)
  })

  test('BASE_IMAGE_UNAVAILABLE for a tag that is not there', async () => {
    await expect(pull('/db/public/repo/node:25')).rejects.toMatchObject({
      code: 'BASE_IMAGE_UNAVAILABLE',
      message: expect.stringContaining('/db/public/repo/node:25'),
    })
  })

  test('IMAGE_ARCHITECTURE_WRONG for an image of another platform', async () => {
    serve(Buffer.from(String(CONFIG).replace('amd64', 'arm64')))
    await expect(pull('/db/public/repo/node:24')).rejects.toMatchObject({
      code: 'IMAGE_ARCHITECTURE_WRONG',
      message: expect.stringContaining('it is for linux/arm64'),
    })
    await expect(
      pull('/db/public/repo/node:24', { platform: 'darwin/arm64' }),
    ).rejects.toMatchObject({
      code: 'IMAGE_ARCHITECTURE_WRONG',
      message: expect.stringContaining('linux/arm64'),
    })
  })
})

describe('parseBaseReference()', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  test.each([
    ['node', 'registry-1.docker.io', 'library/node', 'latest', 'docker.io/library/node:latest'],
    [
      'docker.io/library/node:24-bookworm-slim',
      'registry-1.docker.io',
      'library/node',
      '24-bookworm-slim',
      'docker.io/library/node:24-bookworm-slim',
    ],
    ['owner/image:1', 'registry-1.docker.io', 'owner/image', '1', 'docker.io/owner/image:1'],
    ['ghcr.io/a/b/c:x.y', 'ghcr.io', 'a/b/c', 'x.y', 'ghcr.io/a/b/c:x.y'],
    [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', digest, `ghcr.io/a/b@${digest}`],
    [`ghcr.io/a/b:1@${digest}`, 'ghcr.io', 'a/b', digest, `ghcr.io/a/b@${digest}`],
    ['localhost:5000/node:24', 'localhost:5000', 'node', '24', 'localhost:5000/node:24'],
    ['/db/s/r/node:24', 'own:8084', 'db/s/r/node', '24', 'own:8084/db/s/r/node:24'],
  ])('%s', (text, host, path, reference, name) => {
    expect(parseBaseReference(text, 'own:8084')).toEqual({ host, path, reference, name })
  })
})
