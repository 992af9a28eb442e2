import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../testing/test-account.ts'
import { engineAddress } from './engine-address.ts'

describe('engineAddress()', () => {
  test.each([
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['tcp://127.0.0.1:2376', { host: '127.0.0.1', port: 2376 }],
    ['tcp://engine', { host: 'engine', port: 2375 }],
  ])('takes DOCKER_HOST=%s', (given, address) => {
    expect(engineAddress({ DOCKER_HOST: given }, '/nowhere')).toEqual(address)
  })

  test('refuses an address of another kind', () => {
    expect(() => engineAddress({ DOCKER_HOST: 'ssh://somebody@engine' }, '/nowhere')).toThrow(
      'Cannot use the container engine at "ssh://somebody@engine"',
    )
  })

  test('takes the context that `docker context use` chose, and the usual socket without one', () => {
    const home = temporaryDirectory()
    expect(engineAddress({}, home)).toEqual({ socketPath: '/var/run/docker.sock' })
    const id = createHash('sha256').update('desktop').digest('hex')
    mkdirSync(join(home, '.docker/contexts/meta', id), { recursive: true })
    writeFileSync(
      join(home, '.docker/contexts/meta', id, 'meta.json'),
      JSON.stringify({ Endpoints: { docker: { Host: 'unix:///desktop.sock' } } }),
    )
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":"desktop"}')
    expect(engineAddress({}, home)).toEqual({ socketPath: '/desktop.sock' })
    expect(engineAddress({ DOCKER_HOST: 'unix:///other.sock' }, home)).toEqual({
      socketPath: '/other.sock',
    })
  })
})
