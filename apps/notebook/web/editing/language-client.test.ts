import { describe, expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { RequestError } from '../connection/notebook-socket.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { LanguageClient } from './language-client.ts'

const PLACE = { cellId: 'one', source: 'x', offset: 1 }

function clientOf(answer: () => Promise<unknown>) {
  const notices: (string | null)[] = []
  const store = createStore(() => ({ notice: null as string | null }))
  store.subscribe(({ notice }) => notices.push(notice))
  const notebook = { ask: answer, store } as unknown as OpenNotebook
  return { client: new LanguageClient(notebook), notices }
}

function fails(code: string): () => Promise<never> {
  return () => Promise.reject(new RequestError({ code, message: `Cannot help: ${code}` }))
}

describe('LanguageClient', () => {
  test('passes answers on, and takes nothing of another shape', async () => {
    const hover = { from: 0, to: 1, markdown: '`x`' }
    expect(await clientOf(() => Promise.resolve(hover)).client.hover(PLACE)).toBe(hover)
    expect(await clientOf(() => Promise.resolve({})).client.hover(PLACE)).toBeNull()
    expect(await clientOf(() => Promise.resolve(null)).client.signature(PLACE)).toBeNull()
    expect(await clientOf(() => Promise.resolve('?')).client.definition(PLACE)).toEqual([])
  })

  test('says once that there is no language server, and is quiet about a failure that passes', async () => {
    const missing = clientOf(fails('LANGUAGE_SERVER_MISSING'))
    expect(await missing.client.hover(PLACE)).toBeNull()
    expect(await missing.client.signature(PLACE)).toBeNull()
    expect(missing.notices).toEqual(['Cannot help: LANGUAGE_SERVER_MISSING'])
    const failed = clientOf(fails('LANGUAGE_SERVER_FAILED'))
    expect(await failed.client.hover(PLACE)).toBeNull()
    expect(failed.notices).toEqual([])
  })

  test('what was asked for fails with its reason', async () => {
    const { client, notices } = clientOf(fails('RENAME_REFUSED'))
    const failure = await client.rename(PLACE, 'y').catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RequestError)
    client.report(failure)
    expect(notices).toEqual(['Cannot help: RENAME_REFUSED'])
  })
})
