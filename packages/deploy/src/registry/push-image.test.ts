import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeployError } from '../errors.ts'
import { type Blob, blobOf } from '../image/blob.ts'
import { type BaseImage, composeImage, type Image } from '../image/image.ts'
import { packLayer } from '../image/layer.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { ScriptedRunner } from '../testing/scripted-runner.ts'
import { pushImage, type PushImageOptions, type PushProgress } from './push-image.ts'
import { repositoryUrl } from './repository-url.ts'

let registry: MemoryRegistry

beforeEach(async () => {
  registry = await MemoryRegistry.start()
})

afterEach(async () => {
  await registry[Symbol.asyncDispose]()
})

async function imageOf(content: string, base?: BaseImage): Promise<Image> {
  return composeImage({
    name: 'convert-api',
    platform: 'linux/amd64',
    layers: [await packLayer([{ path: 'app/main.js', content }])],
    base,
    settings: {
      cmd: ['node', '/app/main.js'],
      workingDir: '/app',
      user: 'node',
      env: {},
      exposedPorts: [9090],
      labels: {},
    },
  })
}

function baseOf(layer: Blob, labels: Readonly<Record<string, string>> = {}): BaseImage {
  return {
    name: `${registry.host}/db/public/other/node:24`,
    digest: `sha256:${'0'.repeat(64)}`,
    platform: 'linux/amd64',
    layers: [layer],
    diffIds: [layer.digest],
    env: [],
    labels,
  }
}

describe('pushImage()', () => {
  test('leaves the image under its immutable and its movable tag', async () => {
    const image = await imageOf('one')
    const { repositoryUrl: url } = registry
    const pushed = await pushImage(image, {
      repositoryUrl: url,
      credentials: registry.credentials(),
      tag: 'dev',
    })
    expect(pushed).toMatchObject({
      digest: image.digest,
      reference: `/db/public/repo/convert-api:${image.tag}`,
    })
    expect([...registry.manifests.keys()]).toEqual([image.tag, 'dev'])
    const manifest = JSON.parse(String(registry.manifests.get('dev')))
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      expect(registry.blobs.get(digest)).toHaveLength(size)
    }
  })

  test('sends nothing that is there, and only moves the movable tag', async () => {
    const options = {
      repositoryUrl: registry.repositoryUrl,
      credentials: registry.credentials(),
      tag: 'dev',
    }
    await pushImage(await imageOf('one'), options)
    await pushImage(await imageOf('two'), options)
    const before = registry.requests.length
    expect((await pushImage(await imageOf('one'), options)).sentBytes).toBe(0)
    const sent = registry.requests.slice(before).filter((line) => !line.startsWith('HEAD'))
    expect(sent).toEqual(['GET /login', 'PUT /v2/db/public/repo/convert-api/manifests/dev'])
  })

  test('reports progress in bytes up to the total', async () => {
    const seen: PushProgress[] = []
    const { sentBytes } = await pushImage(await imageOf('one'), {
      repositoryUrl: registry.repositoryUrl,
      credentials: registry.credentials(),
      onProgress: (progress) => seen.push(progress),
    })
    expect(seen[0]).toEqual({ sentBytes: 0, totalBytes: sentBytes, fetchedBytes: 0 })
    expect(seen.at(-1)).toEqual({ sentBytes, totalBytes: sentBytes, fetchedBytes: 0 })
    expect(sentBytes).toBeGreaterThan(0)
  })

  test('signs in again when its token runs out', async () => {
    registry.quirks.expireOnce = true
    const options = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
    const image = await imageOf('one')
    await pushImage(image, options)
    expect(registry.requests.filter((line) => line === 'GET /login')).toHaveLength(2)
    expect(registry.manifests.has(image.tag)).toBe(true)
  })

  test('sends again what a cut connection has interrupted, and what was refused for a while', async () => {
    const options = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
    Object.assign(registry.quirks, { cuts: 1, overloads: 1 })
    const image = await imageOf('one')
    const seen: PushProgress[] = []
    await pushImage(image, { ...options, onProgress: (progress) => seen.push(progress) })
    expect(registry.quirks).toMatchObject({ cuts: 0, overloads: 0 })
    expect(registry.blobs.size).toBe(2)
    expect(registry.manifests.has(image.tag)).toBe(true)
    expect(seen.at(-1)?.sentBytes).toBe(seen.at(-1)?.totalBytes)
  })

  test('has a layer of a base taken over from another repository, without reading it', async () => {
    const content = Buffer.from('the layer of a base')
    const { digest, size, mediaType } = blobOf('application/octet-stream', content)
    registry.elsewhere.set(digest, content)
    const layer: Blob = {
      digest,
      size,
      mediaType,
      origin: { host: registry.host, path: 'db/public/other/node' },
      open: () => Promise.reject(new Error('it is read')),
    }
    await pushImage(await imageOf('one', baseOf(layer)), {
      repositoryUrl: registry.repositoryUrl,
      credentials: registry.credentials(),
    })
    expect(registry.blobs.get(digest)).toEqual(content)
    expect(registry.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(3)
  })

  test('says REGISTRY_FAILED when the registry has stored something else', async () => {
    registry.quirks.storedDigest = `sha256:${'f'.repeat(64)}`
    const options = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
    await expect(pushImage(await imageOf('one'), options)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining('ffff for what was sent as sha256:'),
    })
  })

  test('says which privilege is missing when it may not write', async () => {
    const credentials = registry.credentials()
    await expect(
      pushImage(await imageOf('one'), {
        repositoryUrl: `${registry.host}/db/public/locked`,
        credentials,
      }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_LOGIN_REJECTED',
      hint: expect.stringContaining('WRITE ON IMAGE REPOSITORY db.public.locked'),
    })
  })

  test('says to write the path in lower case', async () => {
    const credentials = registry.credentials()
    await expect(
      pushImage(await imageOf('one'), {
        repositoryUrl: `${registry.host}/DB/PUBLIC/R`,
        credentials,
      }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_PATH_UNKNOWN',
      hint: 'Write the path in lower case: db/public/r/convert-api',
    })
  })

  test('says to write a host without underscores', async () => {
    const host = '_not_there_.localhost:1'
    const credentials = { ...registry.credentials(), host }
    await expect(
      pushImage(await imageOf('one'), { repositoryUrl: `${host}/db/s/r`, credentials }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      hint: 'Host names have no underscore, use "-not-there-.localhost:1"',
    })
  })

  test('says REGISTRY_LOGIN_REJECTED for a wrong password', async () => {
    const credentials = registry.credentials('wrong')
    await expect(
      pushImage(await imageOf('one'), { repositoryUrl: registry.repositoryUrl, credentials }),
    ).rejects.toMatchObject({ code: 'REGISTRY_LOGIN_REJECTED' })
  })

  test('says REGISTRY_PATH_UNKNOWN for a repository that is not there', async () => {
    const credentials = registry.credentials()
    await expect(
      pushImage(await imageOf('one'), {
        repositoryUrl: `${credentials.host}/db/s/no`,
        credentials,
      }),
    ).rejects.toMatchObject({
      code: 'REGISTRY_PATH_UNKNOWN',
      message: expect.stringContaining('"db/s/no/convert-api"'),
    })
  })

  test('says REGISTRY_UNREACHABLE when nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    server.close()
    await once(server, 'close')
    const credentials = { ...registry.credentials(), host }
    await expect(
      pushImage(await imageOf('one'), { repositoryUrl: `${host}/db/s/r`, credentials }),
    ).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  })

  describe('before it sends anything', () => {
    const host = 'org-account.registry.snowflakecomputing.com'
    const layer = blobOf('application/octet-stream', Buffer.from('a layer'))

    /** The code of the refusal, and how many requests there were before it. */
    async function refusal(
      image: Image,
      options: Partial<PushImageOptions> = {},
    ): Promise<readonly [code: string, requests: number] | undefined> {
      try {
        const credentials = { ...registry.credentials(), host }
        await pushImage(image, { repositoryUrl: `${host}/db/s/r`, credentials, ...options })
        return undefined
      } catch (error) {
        return [(error as DeployError).code, registry.requests.length]
      }
    }

    test('refuses an image without a base for a real account', async () => {
      expect(await refusal(await imageOf('one'))).toEqual(['IMAGE_HAS_NO_BASE', 0])
    })

    test('refuses an image on a stand-in for a real account, not for a local one', async () => {
      const image = await imageOf('one', baseOf(layer, { 'local.stand-in': '1' }))
      expect(await refusal(image)).toEqual(['IMAGE_STAND_IN', 0])
      const { repositoryUrl: url } = registry
      const local = { repositoryUrl: url, credentials: registry.credentials() }
      expect(await refusal(image, { ...local, isLocal: false })).toEqual(['IMAGE_STAND_IN', 0])
      expect(await refusal(image, local)).toBe(undefined)
    })

    test('refuses an image for another platform than the nodes of the pool', async () => {
      const image = await imageOf('one', baseOf(layer))
      const instanceFamily = 'GEN_ARM_G1_2'
      expect(await refusal(image, { instanceFamily })).toEqual(['IMAGE_ARCHITECTURE_WRONG', 0])
      const arm = { ...image, platform: 'linux/arm64' }
      expect(await refusal(arm, { instanceFamily: 'CPU_X64_XS' })).toEqual([
        'IMAGE_ARCHITECTURE_WRONG',
        0,
      ])
      const local = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
      expect(await refusal(arm, local)).toEqual(['IMAGE_ARCHITECTURE_WRONG', 0])
      expect(await refusal(arm, { ...local, instanceFamily })).toBe(undefined)
    })
  })

  test('stops when its signal fires', async () => {
    const options = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
    const signal = AbortSignal.abort(new Error('stopped by the user'))
    await expect(pushImage(await imageOf('one'), { ...options, signal })).rejects.toThrow(
      'stopped by the user',
    )
  })
})

describe('repositoryUrl()', () => {
  test('is that of the repository with this very name', async () => {
    const row = { database_name: 'DB', schema_name: 'PUBLIC' }
    const runner = new ScriptedRunner({
      "SHOW IMAGE REPOSITORIES LIKE 'IMAGE_REPO' IN SCHEMA DB.PUBLIC": [
        { ...row, name: 'IMAGEXREPO', repository_url: 'h/db/public/imagexrepo' },
        { ...row, name: 'IMAGE_REPO', repository_url: 'h/db/public/image_repo' },
      ],
    })
    expect(await repositoryUrl(runner, 'db.public.image_repo')).toBe('h/db/public/image_repo')
  })

  test('says REPOSITORY_MISSING where there is none', async () => {
    await expect(repositoryUrl(new ScriptedRunner(), 'db.public.r')).rejects.toMatchObject({
      code: 'REPOSITORY_MISSING',
    })
  })
})
