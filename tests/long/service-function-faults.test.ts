import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { batchServer, defineServiceFunction, serviceFunctions } from '@spcs/service-function'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FaultyProxy } from '../services/faulty-proxy.ts'
import { LocalService } from '../services/local-service.ts'

const ROWS = 1_000_000
const BATCH_ROWS = 1_000
const BATCHES = ROWS / BATCH_ROWS
const REQUEST_TIMEOUT_MS = 1_000
/** One batch of so many takes longer than a request may, so that it is sent again while it still runs. */
const ONE_IS_SLOW_OF = 100

describe('service functions whose requests and answers are lost, refused and late', () => {
  test('answer each of a million rows once and in place, and compute no batch twice', async () => {
    const computed = { rows: new Map<string, number>(), columns: new Map<string, number>() }
    await using proxy = await FaultyProxy.start({
      port: await startService(computed),
      oneOf: 20,
      slowMs: REQUEST_TIMEOUT_MS / 4,
      tooSlowMs: REQUEST_TIMEOUT_MS * 1.5,
    })
    await using account = await LocalService.start({
      runner: { attached: { service: { address: proxy.address } } },
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    })
    const { session } = account
    await account.create(specification(await account.push('faulty', '')))
    for (const name of ['by_row', 'by_column']) {
      await session.execute(
        `CREATE FUNCTION ${name}(n FLOAT) RETURNS FLOAT SERVICE = s ENDPOINT = web
         MAX_BATCH_ROWS = ${BATCH_ROWS} MAX_BATCH_RETRIES = 100 AS '/${name}'`,
      )
    }
    await session.execute(
      `CREATE TABLE many AS SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => ${ROWS}))`,
    )

    let next = 0
    let wrong = 0
    for await (const row of session.stream('SELECT n, by_row(n), by_column(n) FROM many')) {
      if (row[0] !== next || row[1] !== next * 2 || row[2] !== next / 2) wrong += 1
      next += 1
    }
    expect({ rows: next, wrong }).toEqual({ rows: ROWS, wrong: 0 })

    expect([...proxy.faults.keys()]).toHaveLength(6)
    expect(proxy.requests).toBeGreaterThan(2 * BATCHES)
    expect(computed.rows.size).toBe(BATCHES)
    expect([...computed.rows.values()].filter((rows) => rows !== BATCH_ROWS)).toEqual([])
    expect(computed.columns.size).toBe(BATCHES)
    expect([...computed.columns.values()].filter((calls) => calls !== 1)).toEqual([])
  }, 90_000)
})

/** Starts a service that counts what it computes, by batch id; gives its port. */
async function startService(computed: {
  rows: Map<string, number>
  columns: Map<string, number>
}): Promise<number> {
  const byRow = defineServiceFunction({
    name: 'by_row',
    path: '/by_row',
    arguments: { n: 'FLOAT' },
    returns: 'FLOAT',
    handler: (n, { batchId = '' }) => {
      count(computed.rows, batchId)
      return n * 2
    },
  })
  const byColumn = defineServiceFunction({
    name: 'by_column',
    path: '/by_column',
    arguments: { n: 'FLOAT' },
    returns: 'FLOAT',
    vectorized: true,
    handler: async (column, { batchId = '' }) => {
      count(computed.columns, batchId)
      if (computed.columns.size % ONE_IS_SLOW_OF === 1) await pause(REQUEST_TIMEOUT_MS * 2.5)
      return column.map((n) => n / 2)
    },
  })
  const app = Fastify({ serverFactory: batchServer })
  onTestFinished(() => app.close())
  app.register(serviceFunctions, { functions: [byRow, byColumn] })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

function count(counts: Map<string, number>, batchId: string): void {
  counts.set(batchId, (counts.get(batchId) ?? 0) + 1)
}

function specification(image: string): string {
  return `{"spec":{"containers":[{"name":"main","image":"${image}"}],
    "endpoints":[{"name":"web","port":8080,"public":true}]}}`
}
