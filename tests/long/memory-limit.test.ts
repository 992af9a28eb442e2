import { expect, test } from 'vitest'
import { LocalService } from '../services/local-service.ts'

/** Takes a hundred megabytes a second, in a process of its own, until it is ended. */
const GREEDY = `
  const { spawn } = require('node:child_process')
  const take = 'globalThis.taken = []; setInterval(() => taken.push(Buffer.alloc(1e7, 1)), 100)'
  spawn(process.execPath, ['-e', take])
  require('node:http').createServer((request, response) => response.end()).listen(8080)`

const SPEC = (image: string): string => `
spec:
  containers:
  - name: greedy
    image: ${image}
    readinessProbe: { port: 8080, path: / }
    resources: { requests: { memory: 64Mi }, limits: { memory: 256Mi } }
  endpoints: [{ name: api, port: 8080 }]`

test.runIf(process.platform === 'linux')(
  'a container that takes too much memory is ended, says why, and is started again',
  async () => {
    await using service = await LocalService.start()
    const image = await service.push('1', GREEDY)
    await service.session.execute(
      `CREATE SERVICE S IN COMPUTE POOL POOL FROM SPECIFICATION $$${SPEC(image)}$$`,
    )
    const waitFor = async (wanted: object): Promise<void> => {
      const containers = () => service.show('SHOW SERVICE CONTAINERS IN SERVICE S')
      await expect.poll(containers, { timeout: 40_000 }).toMatchObject([wanted])
    }
    await waitFor({ status: 'READY', message: 'Running' })
    const message = 'Container was OOMKilled due to resource usage'
    await waitFor({ message, last_exit_code: 137 })
    await waitFor({ status: 'READY', restart_count: 1 })
  },
)
