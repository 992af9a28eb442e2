import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type ImagePlatform, readImagePlatform, whyNotFor } from './image-platform.ts'

const image = (platform: string, isAppAlone = false): ImagePlatform => {
  const [os = '', architecture = ''] = platform.split('/')
  return { os, architecture, isAppAlone }
}

test.each([
  ['amd64', image('linux/amd64'), 'linux/amd64', true],
  ['amd64', image('linux/amd64'), 'darwin/arm64', true],
  ['amd64', image('linux/arm64'), 'linux/arm64', false],
  ['amd64', image('darwin/amd64'), 'linux/amd64', false],
  ['amd64', image(''), 'linux/amd64', false],
  ['arm64', image('linux/arm64'), 'linux/amd64', true],
  ['arm64', image('linux/amd64'), 'linux/amd64', false],
  ['amd64', image('darwin/arm64', true), 'darwin/arm64', true],
  ['amd64', image('linux/arm64', true), 'linux/arm64', true],
  ['amd64', image('linux/arm64', true), 'linux/amd64', false],
] as const)('nodes of %s take %o on %s: %s', (wanted, platform, machine, isTaken) => {
  expect(whyNotFor(wanted, platform, machine) === undefined).toBe(isTaken)
})

test.each([
  ['{ "os": "linux", "architecture": "arm64" }', 'linux/arm64'],
  ['{}', '/'],
  ['null', '/'],
  ['no JSON', '/'],
])('a configuration of %s is for %s', async (config, platform) => {
  const digest = 'sha256:0'
  const manifest = { config: { mediaType: '', digest, size: 0 }, layers: [] }
  const store = {
    readManifest: () => Promise.resolve(Buffer.from(JSON.stringify(manifest))),
    readBlob: () => Readable.from([Buffer.from(config)]),
  }
  const { os, architecture } = await readImagePlatform(store, digest, 'amd64')
  expect(`${os}/${architecture}`).toBe(platform)
})
