import { expect, test } from 'vitest'
import { LocalService } from '../services/local-service.ts'
import { Traffic, TRAFFIC_SERVER, trafficSpec } from '../services/traffic.ts'

const RATE = 200

test('loses none of 200 requests/s over an upgrade, one that fails, the way back, and another', async () => {
  await using service = await LocalService.start()
  const image = await service.push('1', TRAFFIC_SERVER)
  const one = trafficSpec(image, { VERSION: 'one' })
  const two = trafficSpec(image, { VERSION: 'two' })
  await service.create(one, 'MIN_INSTANCES = 2 MAX_INSTANCES = 2 MIN_READY_INSTANCES = 1')
  await service.session.execute(
    `CREATE FUNCTION SAME(X FLOAT) RETURNS FLOAT SERVICE = S ENDPOINT = 'web' MAX_BATCH_RETRIES = 0 AS '/batch'`,
  )
  const traffic = new Traffic(service, RATE)
  const calls = new Calls(service)
  await traffic.answered(RATE)

  await service.upgrade(two)
  await service.waitUntil(({ is_upgrading }) => is_upgrading === 'false')
  await traffic.answered(RATE)

  await service.upgrade(trafficSpec(image, { VERSION: 'broken', BROKEN: '1' }))
  await instancesAre(service, 'READY,FAILED')
  await traffic.answered(RATE)
  await service.upgrade(two)
  await service.waitUntil(({ is_upgrading }) => is_upgrading === 'false')
  await instancesAre(service, 'READY,READY')

  await service.upgrade(one)
  await service.waitUntil(({ is_upgrading }) => is_upgrading === 'false')
  await traffic.answered(RATE)
  await traffic.stop()
  await calls.stop()
  console.log(`${calls.made} calls from SQL, none tried again`)
  console.log(`${traffic.sent} requests, longest gap ${Math.round(traffic.gapMs)} ms`)
  expect(traffic.failures.slice(0, 10)).toEqual([])
  expect([...traffic.answers.keys()].toSorted()).toEqual(['one', 'two'])
  expect([...traffic.answers.values()].reduce((sum, count) => sum + count, 0)).toBe(traffic.sent)
})

test('with one instance there is a gap, in which requests wait', async () => {
  await using service = await LocalService.start()
  const image = await service.push('1', TRAFFIC_SERVER)
  await service.create(trafficSpec(image, { VERSION: 'one' }))
  const traffic = new Traffic(service, RATE)
  await traffic.answered(RATE)
  await service.upgrade(trafficSpec(image, { VERSION: 'two' }))
  await service.waitUntil(({ is_upgrading }) => is_upgrading === 'false')
  await traffic.answered(RATE)
  await traffic.stop()
  console.log(`one instance: ${traffic.sent} requests, the gap was ${Math.round(traffic.gapMs)} ms`)
  expect(traffic.failures.slice(0, 10)).toEqual([])
  expect([...traffic.answers.keys()].toSorted()).toEqual(['one', 'two'])
})

/** Calls of a service function, one after another. */
class Calls {
  made = 0
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>

  constructor(service: LocalService) {
    this.#running = this.#run(service)
    this.#running.catch(() => {}) // told by stop()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run({ session }: LocalService): Promise<void> {
    for (; !this.#stopping.signal.aborted; this.made++) {
      const { rows } = await session.execute(`SELECT SAME(${this.made})`)
      if (rows[0]?.[0] !== this.made) throw new Error(`${this.made} became ${String(rows[0]?.[0])}`)
    }
  }
}

async function instancesAre(service: LocalService, expected: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const rows = await service.show('SHOW SERVICE INSTANCES IN SERVICE S')
        return rows.map((row) => row['status']).join(',')
      },
      { timeout: 20_000 },
    )
    .toBe(expected)
}
