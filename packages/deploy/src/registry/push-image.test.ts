import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { composeImage, type Image } from '../image/image.ts'
import { packLayer } from '../image/layer.ts'
import { MemoryRegistry } from '../testing/memory-registry.ts'
import { ScriptedRunner } from '../testing/scripted-runner.ts'
import { pushImage, type PushProgress } from './push-image.ts'
import { repositoryUrl } from './repository-url.ts'

let registry: MemoryRegistry

beforeEach(async () => {
  registry = await MemoryRegistry.start()
})

afterEach(async () => {
  await registry[Symbol.asyncDispose]()
})

async function imageOf(content: string): Promise<Image> {
  return composeImage({
    name: 'convert-api',
    platform: 'linux/amd64',
    layers: [await packLayer([{ path: 'app/main.js', content }])],
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
    expect(seen[0]).toEqual({ sentBytes: 0, totalBytes: sentBytes })
    expect(seen.at(-1)).toEqual({ sentBytes, totalBytes: sentBytes })
    expect(sentBytes).toBeGreaterThan(0)
  })

  test('signs in again when its token runs out', async () => {
    registry.expireOnce = true
    const options = { repositoryUrl: registry.repositoryUrl, credentials: registry.credentials() }
    const image = await imageOf('one')
    await pushImage(image, options)
    expect(registry.requests.filter((line) => line === 'GET /login')).toHaveLength(2)
    expect(registry.manifests.has(image.tag)).toBe(true)
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

  test('refuses to send an image without a base to a real account', async () => {
    const host = 'org-account.registry.snowflakecomputing.com'
    const credentials = { ...registry.credentials(), host }
    await expect(
      pushImage(await imageOf('one'), { repositoryUrl: `${host}/db/s/r`, credentials }),
    ).rejects.toMatchObject({ code: 'IMAGE_HAS_NO_BASE' })
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
