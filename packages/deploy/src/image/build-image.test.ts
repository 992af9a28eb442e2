import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Blob, blobOf, digestOf, readBlob } from './blob.ts'
import { buildImage } from './build-image.ts'
import type { BaseImage, Image } from './image.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-'))
  await mkdir(join(folder, 'src'))
  await writeFile(
    join(folder, 'src/main.ts'),
    "import { greeting } from './greeting.cjs'\nconst name: string = 'spcs'\nconsole.log(greeting(name))\n",
  )
  await writeFile(
    join(folder, 'src/greeting.cjs'),
    "const { inspect } = require('util')\nexports.greeting = (name) => `hello ${inspect(name)}`\n",
  )
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function build(from = folder, base?: BaseImage): Promise<Image> {
  return buildImage({
    entryPoint: join(from, 'src/main.ts'),
    name: 'hello',
    env: { PORT: '9090' },
    exposedPorts: [9090],
    base,
  })
}

describe('buildImage()', () => {
  test('makes an image whose command runs', async () => {
    const image = await build()
    const root = join(folder, 'root')
    await unpack(image, root)
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'app/main.js')])
    expect(stdout).toBe("hello 'spcs'\n")
  })

  test('writes config and manifest as OCI has them', async () => {
    const image = await build()
    const [layer] = image.layers
    const tar = gunzipSync(layer === undefined ? '' : await readBlob(layer))
    expect(await json(image.config)).toEqual({
      created: '1970-01-01T00:00:00Z',
      architecture: 'amd64',
      os: 'linux',
      config: {
        User: 'node',
        ExposedPorts: { '9090/tcp': {} },
        Env: ['NODE_ENV=production', 'PORT=9090'],
        Cmd: ['node', '--enable-source-maps', '/app/main.js'],
        WorkingDir: '/app',
        Labels: { 'org.opencontainers.image.title': 'hello' },
      },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    })
    const { mediaType, digest, size } = image.config
    expect(await json(image.manifest)).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType, digest, size },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          digest: layer?.digest,
          size: layer?.size,
        },
      ],
    })
    expect(image.digest).toBe(digestOf(await readBlob(image.manifest)))
    expect(image.tag).toBe(`sha-${image.digest.slice(7, 19)}`)
  })

  test('gives the same digest for the same sources, wherever they lie', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'a-longer-name-'))
    await cp(folder, elsewhere, { recursive: true })
    const [here, there] = [await build(), await build(elsewhere)]
    await rm(elsewhere, { recursive: true })
    expect(there.digest).toBe(here.digest)
    await writeFile(join(folder, 'src/main.ts'), "console.log('changed')\n")
    expect((await build()).digest).not.toBe(here.digest)
  })

  test('puts its layer on a base', async () => {
    const base: BaseImage = {
      name: 'node:24-bookworm-slim',
      digest: digestOf(Buffer.from('the base manifest')),
      layers: [blobOf('application/vnd.oci.image.layer.v1.tar+gzip', Buffer.from('base layer'))],
      diffIds: [digestOf(Buffer.from('base archive'))],
      platform: 'linux/amd64',
      env: ['PATH=/usr/local/bin:/usr/bin', 'PORT=80'],
      labels: { maker: 'somebody' },
    }
    const image = await build(folder, base)
    expect(image.layers.map(({ digest }) => digest)[0]).toBe(base.layers[0]?.digest)
    expect(await json(image.manifest)).toMatchObject({
      layers: [{ digest: base.layers[0]?.digest }, {}],
      annotations: {
        'org.opencontainers.image.base.digest': base.digest,
        'org.opencontainers.image.base.name': 'node:24-bookworm-slim',
        'spcs.own-layers': '1',
      },
    })
    expect(image.hasNode).toBe(true)
    expect(await json(image.config)).toMatchObject({
      config: {
        Env: ['PATH=/usr/local/bin:/usr/bin', 'NODE_ENV=production', 'PORT=9090'],
        Labels: { maker: 'somebody', 'org.opencontainers.image.title': 'hello' },
      },
      rootfs: { diff_ids: [base.diffIds[0], expect.any(String)] },
    })
  })

  test('says BUNDLE_FAILED with file and line', async () => {
    await writeFile(join(folder, 'src/main.ts'), "import './nowhere.ts'\n")
    await expect(build()).rejects.toMatchObject({
      code: 'BUNDLE_FAILED',
      message: expect.stringContaining('main.ts:1:7: Could not resolve "./nowhere.ts"'),
    })
  })
})

async function json(blob: Blob): Promise<unknown> {
  return JSON.parse((await readBlob(blob)).toString())
}

async function unpack(image: Image, root: string): Promise<void> {
  await mkdir(root)
  for (const layer of image.layers) {
    const archive = join(folder, 'layer.tar.gz')
    await writeFile(archive, await readBlob(layer))
    await promisify(execFile)('tar', ['-xzf', archive, '-C', root])
  }
}
