import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  exportAddress,
  fileAddress,
  outputAddress,
  resultAddress,
  serverApi,
  socketAddress,
} from './server-api.ts'

const OWN = 'https://own.example'
const HOSTILE = [
  'https://evil.example/x',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  '../../evil',
  '@evil.example',
  '?token=x#y&path=z',
  '<img src=x onerror=alert(1)>.ipynb',
]

beforeEach(() => vi.stubGlobal('location', { href: `${OWN}/?notebook=//evil.example` }))
afterEach(() => vi.unstubAllGlobals())

describe('serverApi', () => {
  test.each(HOSTILE)(
    'asks its own origin alone, whatever is named %j (CVE-2024-22421)',
    async (name) => {
      const asked: string[] = []
      vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
        asked.push(address)
        expect(init.credentials).toBe('same-origin')
        return new Response('[]')
      })
      await serverApi.me()
      await serverApi.files(name)
      await serverApi.upload(name, new Blob(['x']), true)
      await serverApi.remove(name)
      await serverApi.rename(name, name)
      await serverApi.createFolder(name)
      await serverApi.createNotebook(name, false)
      await serverApi.importNotebook(name)
      await serverApi.shells()
      await serverApi.openShell()
      await serverApi.closeShell(name)
      const place = { path: name, result: name }
      const filters = [{ column: 0, operator: 'equals', value: name }] as const
      await serverApi.resultRows(place, { offset: 0, limit: 1, sort: [], filters })
      await serverApi.resultStatistics(place, { column: 0, filters })
      await serverApi.resultChart(place, { x: 0, y: 0, aggregate: 'count', filters })
      expect(asked).toHaveLength(Object.keys(serverApi).length)
      const links = [
        fileAddress(name),
        outputAddress(name, name),
        exportAddress(name, 'html'),
        resultAddress(place, { format: 'csv', sort: [], filters }),
      ]
      for (const address of [...asked, ...links]) {
        const { origin, pathname } = new URL(address, location.href)
        expect([address, origin, pathname]).toEqual([
          address,
          OWN,
          expect.stringMatching(/^\/api\/[a-z/]+$/),
        ])
      }
      const socket = new URL(socketAddress('/api/notebook-socket', { path: name }))
      expect([
        socket.protocol,
        socket.host,
        socket.pathname,
        socket.searchParams.get('path'),
      ]).toEqual(['wss:', 'own.example', '/api/notebook-socket', name])
    },
  )
})

test('a question that is dropped says so, and not that the server cannot be reached', async () => {
  vi.stubGlobal('fetch', (_address: string, init: RequestInit) =>
    init.signal?.aborted === true ? Promise.reject(init.signal.reason) : new Response('{}'),
  )
  const dropped = AbortSignal.abort(new DOMException('scrolled past', 'AbortError'))
  const rows = { offset: 200, limit: 200, sort: [], filters: [] }
  await expect(
    serverApi.resultRows({ path: 'a.ipynb', result: 'r' }, rows, dropped),
  ).rejects.toThrow('scrolled past')
})
