import { describe, expect, test } from 'vitest'
import { type Row, ScriptedRunner } from '../testing/scripted-runner.ts'
import { checkPinned } from './check-pinned.ts'

const PUSHED = { digest: `sha256:${'a'.repeat(64)}`, reference: '/db/s/r/api:sha-aaaaaaaaaaaa' }
const OTHER = `sha256:${'b'.repeat(64)}`

function runnerFor(image: string, pinned: string, running: readonly string[]): ScriptedRunner {
  const spec = [
    'spec:',
    '  containers:',
    '    - name: api',
    `      image: ${image}`,
    `      sha256: "@${pinned}"`,
    '    - name: sidecar',
    '      image: /db/s/r/sidecar:1',
  ].join('\n')
  const containers = running.map((digest, id): Row => ({
    instance_id: String(id),
    container_name: 'api',
    image_digest: digest,
  }))
  const sidecar: Row = { instance_id: '0', container_name: 'sidecar', image_digest: OTHER }
  return new ScriptedRunner({
    'DESCRIBE SERVICE': [{ name: 'API', spec }],
    'SHOW SERVICE CONTAINERS': [...containers, sidecar],
  })
}

describe('checkPinned()', () => {
  test.each([
    ['path form', PUSHED.reference],
    ['the form with the host', `o-a.registry.snowflakecomputing.com${PUSHED.reference}`],
  ])('is content with the pushed digest, image in %s', async (_form, image) => {
    const runner = runnerFor(image, PUSHED.digest, [PUSHED.digest, ''])
    await expect(checkPinned(runner, 'DB.S.API', PUSHED)).resolves.toBeUndefined()
  })

  test.each([
    ['another digest', runnerFor(PUSHED.reference, OTHER, []), `container api has ${OTHER}`],
    ['another image', runnerFor('/db/s/r/api:dev', PUSHED.digest, []), 'no container of it has'],
    [
      'an instance with another digest',
      runnerFor(PUSHED.reference, PUSHED.digest, [PUSHED.digest, OTHER]),
      `container api of instance 1 runs ${OTHER}`,
    ],
  ])('IMAGE_NOT_PINNED for %s', async (_what, runner, message) => {
    await expect(checkPinned(runner, 'DB.S.API', PUSHED)).rejects.toMatchObject({
      code: 'IMAGE_NOT_PINNED',
      message: expect.stringContaining(message),
    })
  })
})
