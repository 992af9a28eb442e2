import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { LocalService } from '../services/local-service.ts'
import { LogFollower } from '../services/log-follower.ts'

const LINES = 20_000
const LINES_PER_SECOND = 500
const INSTANCES = 3
const CONTAINERS = ['a', 'b']

/** Numbers its lines at a steady rate; at SIGTERM it prints some more, and how many there were. */
const CHATTER = `
  const rate = Number(process.env.RATE)
  const start = Date.now()
  let number = 0
  const print = () => console.log(process.pid + ' ' + ++number)
  setInterval(() => {
    while (number < ((Date.now() - start) / 1000) * rate) print()
  }, 5)
  process.on('SIGTERM', () => {
    for (let more = 0; more < 100; more++) print()
    console.log(process.pid + ' end ' + number)
    process.exit(0)
  })
`

describe('SYSTEM$GET_SERVICE_LOGS', () => {
  test('gives a follower each line of six containers once, through an upgrade', async () => {
    await using service = await LocalService.start()
    const image = await service.push('1', CHATTER)
    const spec = (version: string): string => {
      const rate = LINES_PER_SECOND / (INSTANCES * CONTAINERS.length)
      const env = { RATE: rate, VERSION: version }
      const containers = CONTAINERS.map((name) => ({ name, image, env }))
      const endpoints = [{ name: 'web', port: 8080, public: true }]
      return JSON.stringify({ spec: { containers, endpoints } })
    }
    await service.create(spec('one'), `MIN_INSTANCES = ${INSTANCES}`)
    const followers = Array.from({ length: INSTANCES }, (_, instance) =>
      CONTAINERS.map((container) => new LogFollower(service, instance, container)),
    ).flat()
    const count = (): number => followers.reduce((sum, { lines }) => sum + lines.length, 0)
    const pollUntil = async (isEnough: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await isEnough())) {
        for (const follower of followers) await follower.poll()
        await pause(100)
      }
    }

    await pollUntil(() => count() > LINES / 2)
    await service.upgrade(spec('two'))
    await pollUntil(async () => {
      const [row] = await service.show('DESCRIBE SERVICE S')
      return row?.['is_upgrading'] === 'false' && count() > LINES
    })

    console.log(`${count()} lines of ${followers.length} containers`)
    for (const { lines } of followers) {
      const pids = [...new Set(lines.map((line) => line.split(' ')[0]))]
      expect(pids).toHaveLength(2)
      const [first = [], second = []] = pids.map((pid) =>
        lines.filter((line) => line.startsWith(`${pid} `)),
      )
      expect(first.at(-1)).toMatch(new RegExp(`^\\d+ end ${first.length - 1}$`))
      for (const run of [first.slice(0, -1), second]) {
        expect(run.map((line) => Number(line.split(' ')[1]))).toEqual(run.map((_, at) => at + 1))
      }
    }
  })

  test('has all that a container printed before it crashed', async () => {
    await using service = await LocalService.start()
    const image = await service.push(
      '1',
      `for (let n = 1; n <= 20000; n++) console.log('line ' + n)
       console.log('the end')
       process.exitCode = 3 // process.exit() would not wait for what is still to be written`,
    )
    const spec = JSON.stringify({ spec: { containers: [{ name: 'a', image }] } })
    await service.session.execute(
      `CREATE SERVICE S IN COMPUTE POOL POOL FROM SPECIFICATION $$${spec}$$`,
    )
    await service.waitUntil(({ status }) => status === 'FAILED')
    const { rows } = await service.session.execute(
      `CALL SYSTEM$GET_SERVICE_LOGS('S', '0', 'a', 3, TRUE)`,
    )
    expect(String(rows[0]?.[0]).split('\n').toSorted()).toEqual([
      '',
      'line 19999',
      'line 20000',
      'the end',
    ])
  })
})
