import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../testing/test-account.ts'
import { ContainerLog } from '../container-log.ts'
import type { ContainerRequest, Mount } from '../runner.ts'
import { createContainer, createHolder } from './create-container.ts'

const IMAGE = {
  reference: 'spcs-local:1',
  config: { Entrypoint: ['tini', '--'], Cmd: ['node', 'main.js'] },
  hasBase: true,
}
const PLACE = {
  holder: 'h1',
  accountPort: 8084,
  cpus: 2,
  labels: {},
  volumeOf: ({ instanceVolume }: Mount) => instanceVolume,
}

describe('createContainer()', () => {
  test.each([
    [undefined, undefined, ['tini', '--', 'node', 'main.js']],
    [undefined, ['other.js'], ['tini', '--', 'other.js']],
    [undefined, [], ['tini', '--']],
    [['node'], undefined, ['node']],
    [['node'], ['other.js'], ['node', 'other.js']],
  ])('with command %j and args %j runs %j', (command, args, line) => {
    const created = createContainer({ ...requested(), command, args }, IMAGE, PLACE)
    const [first, ...rest] = line
    expect(created).toMatchObject({ Entrypoint: [first], Cmd: rest })
  })

  test('refuses an image that has no command', () => {
    const image = { ...IMAGE, config: {} }
    expect(() => createContainer(requested(), image, PLACE)).toThrow('its image has no command')
  })

  test('keeps within limits and what the engine has, without privileges', () => {
    const limits = { cpu: 64, memoryBytes: 1 << 20 }
    expect(createContainer({ ...requested(), limits }, IMAGE, PLACE)).toMatchObject({
      HostConfig: {
        NetworkMode: 'container:h1',
        Privileged: false,
        SecurityOpt: ['no-new-privileges'],
        NanoCpus: 2e9,
        Memory: 1 << 20,
        MemorySwap: 1 << 20,
      },
    })
  })

  test('mounts folders as they may be used', () => {
    const stage = { name: 'work', streamed: true, readOnly: true }
    const mounts = [
      { path: '/snowflake/session', directory: '/s', readOnly: true },
      { path: '/work', directory: '/w', stageVolume: stage },
      { path: '/block', directory: '/b' },
      { path: '/local', directory: '/l', instanceVolume: 'own' },
    ]
    expect(createContainer({ ...requested(), mounts }, IMAGE, PLACE)).toMatchObject({
      HostConfig: {
        Mounts: [
          { Type: 'bind', Source: '/s', Target: '/snowflake/session', ReadOnly: true },
          { Type: 'bind', Source: '/w', Target: '/work', ReadOnly: true },
          { Type: 'bind', Source: '/b', Target: '/block', ReadOnly: false },
          { Type: 'volume', Source: 'own', Target: '/local', VolumeOptions: { NoCopy: true } },
        ],
      },
    })
  })
})

test('createHolder() publishes ports on this machine alone, under the names of the instance', () => {
  const place = { image: 'holder', network: 'n1', accountAddress: '172.18.0.1', labels: {} }
  expect(createHolder(requested(), place)).toMatchObject({
    HostConfig: {
      PortBindings: { '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      ExtraHosts: ['host.docker.internal:172.18.0.1'],
    },
    NetworkingConfig: { EndpointsConfig: { n1: { Aliases: ['tested.x.svc.spcs.internal'] } } },
  })
})

function requested(): ContainerRequest {
  return {
    id: 's1-0-tested',
    instance: 's1-0',
    directory: '/nowhere',
    service: 'TESTED',
    container: 'tested',
    image: '/db/public/image_repo/tested:1',
    imageDigest: 'sha256:1',
    command: undefined,
    args: undefined,
    env: {},
    ports: [9090],
    mounts: [],
    limits: {},
    hostNames: ['tested.x.svc.spcs.internal'],
    log: new ContainerLog(join(temporaryDirectory(), 'log')),
  }
}
