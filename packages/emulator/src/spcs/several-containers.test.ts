import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ServiceAccount, serviceAccount } from './testing/service-account.ts'
import {
  createPool,
  instanceStatuses,
  logOf,
  service,
  status,
  until,
} from './testing/tiny-service.ts'

/** Listens on PORT; at /peer it asks its neighbour, at /exit it ends. */
const SERVER = `
  const { createServer, get } = require('node:http')
  createServer((request, response) => {
    if (request.url === '/exit') process.exit(7)
    if (request.url !== '/peer') return response.end(process.env.NAME)
    get({ host: 'localhost', port: process.env.PEER }, (answer) => answer.pipe(response))
  }).listen(process.env.PORT, () => console.log(process.env.NAME + ' listens'))
`

describe('the containers of one instance', () => {
  test('share a network, have logs of their own, and start again alone', async () => {
    const account = await accountWith(container('a', 8001, 8002), container('b', 8002, 8001))
    await until(account, () => status(account) === 'RUNNING')
    expect(await ask(account, 'b', '/peer')).toBe('a')
    await vi.waitFor(async () => {
      for (const name of ['a', 'b']) {
        expect(await logOf(account, false, { container: name })).toBe(`${name} listens\n`)
      }
    })

    await ask(account, 'b', '/exit').catch(() => {})
    await until(account, () => status(account) !== 'RUNNING')
    expect(instanceStatuses(account)).toBe('PENDING')
    await until(account, () => status(account) === 'RUNNING')
    const rows = await account.show('SHOW SERVICE CONTAINERS IN SERVICE tiny')
    expect(
      rows.map((row) => [row['container_name'], row['restart_count'], row['last_exit_code']]),
    ).toEqual([
      ['a', '0', null],
      ['b', '1', '7'],
    ])
    expect(await logOf(account, true, { container: 'a' })).toBe('')
    expect(await logOf(account, true, { container: 'b' })).toBe('b listens\n')
  })
})

function container(name: string, port: number, peer: number) {
  const readinessProbe = { port, path: '/' }
  const env = { NAME: name, PORT: port, PEER: peer }
  return { name, image: '/db/public/image_repo/tiny:dev', env, readinessProbe }
}

async function accountWith(...containers: readonly object[]): Promise<ServiceAccount> {
  const account = serviceAccount()
  onTestFinished(() => account[Symbol.asyncDispose]())
  await account.push({ layers: [{ 'app/main.js': SERVER }] })
  await createPool(account)
  const endpoints = [
    { name: 'a', port: 8001 },
    { name: 'b', port: 8002 },
  ]
  const spec = JSON.stringify({ spec: { containers, endpoints } })
  await account.run(`CREATE SERVICE tiny IN COMPUTE POOL pool FROM SPECIFICATION $$${spec}$$`)
  return account
}

async function ask(account: ServiceAccount, endpoint: string, path: string): Promise<string> {
  const signal = AbortSignal.timeout(10_000)
  const lease = await account.services.leaseEndpoint(service(account), endpoint, signal)
  const response = await fetch(lease.url + path, { signal }).finally(lease.release)
  return response.text()
}
