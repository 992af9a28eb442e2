import { tmpdir } from 'node:os'
import { describe, expect, test, vi } from 'vitest'
import { buildDockerImage } from './docker-build.ts'

describe('buildDockerImage()', () => {
  test('says DOCKER_MISSING where there is no docker', async () => {
    vi.stubEnv('PATH', '/nowhere')
    const building = buildDockerImage({
      name: 'api',
      dockerfile: '/nowhere/api.Dockerfile',
      context: '/nowhere',
      platform: 'linux/amd64',
      cacheDirectory: tmpdir(),
    })
    await expect(building).rejects.toMatchObject({
      code: 'DOCKER_MISSING',
      message: 'Cannot build with Docker: no engine answers: there is no command `docker`',
    })
  })
})
