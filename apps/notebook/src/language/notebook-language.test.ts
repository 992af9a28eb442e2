import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import type { Cell } from '../notebook/notebook.ts'
import { LanguageError } from './errors.ts'
import { type FoundDiagnostics, NotebookLanguage, type StartLanguage } from './notebook-language.ts'
import { TypeScriptServer } from './typescript-server.ts'

let folder: string
let cells: readonly Cell[]
let language: NotebookLanguage
let told: FoundDiagnostics[]
let toldSome: (found: FoundDiagnostics) => void

function open(start: StartLanguage | undefined, idleMs?: number): NotebookLanguage {
  return new NotebookLanguage({
    start,
    directory: () => folder,
    folder: join(folder, 'language'),
    cells: () => cells,
    tell: (found) => {
      told.push(found)
      toldSome(found)
    },
    idleMs,
  })
}

const real: StartLanguage = (options) => TypeScriptServer.start({ ...options, quietMs: 0 })
const labels = async (source: string): Promise<string[]> => {
  const answer = await language.ask((server) => server.complete('two', source, source.length))
  return answer.items.map(({ label }) => label)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-notebook-language-'))
  cells = [emptyCell('one', 'typescript', 'const first = 1'), emptyCell('two', 'typescript', '')]
  told = []
  toldSome = () => undefined
})
afterEach(async () => {
  await language.close()
  await rm(folder, { recursive: true, force: true })
})

test('starts when somebody asks, knows the cells as they are then, and leaves nothing behind', async () => {
  language = open(real)
  expect(await language.pid()).toBeUndefined()
  expect(await labels('fir')).toEqual(['first'])
  cells = [emptyCell('one', 'typescript', 'const firm = 1'), ...cells.slice(1)]
  expect(await labels('fir')).toEqual(['firm'])
  expect(await readdir(join(folder, 'language'))).toEqual(['1'])
  await language.close()
  expect(existsSync(join(folder, 'language'))).toBe(false)
})

test('starts when somebody edits, and keeps what it found for pages that come later', async () => {
  language = open(real)
  cells = [emptyCell('one', 'typescript', 'const first: string = 1')]
  language.onChange({ isEdit: false })
  expect(await language.pid()).toBeUndefined()
  const found = await new Promise<FoundDiagnostics>((resolve) => {
    toldSome = resolve
    language.onChange({ isEdit: true })
  })
  expect(found).toMatchObject({ cellId: 'one', diagnostics: [{ code: '2322' }] })
  expect(language.found).toEqual([found])
  cells = [emptyCell('one', 'typescript', 'const first = 1')]
  await new Promise((resolve) => {
    toldSome = resolve
    language.onChange({ isEdit: false })
  })
  expect(language.found).toEqual([])
  expect(told).toHaveLength(2)
})

test('starts when somebody puts the cursor into a cell, once', async () => {
  const starts = vi.fn<StartLanguage>(real)
  language = open(starts)
  cells = [emptyCell('one', 'typescript', 'const first: string = 1'), ...cells.slice(1)]
  await new Promise<FoundDiagnostics>((resolve) => {
    toldSome = resolve
    language.onCursor('two')
  })
  const pid = await language.pid()
  language.onCursor('one')
  expect(await labels('fir')).toEqual(['first'])
  expect(await language.pid()).toBe(pid)
  expect(starts).toHaveBeenCalledTimes(1)
})

test('asks in the cell with the cursor, and needs no server for Markdown', async () => {
  const asked: unknown[] = []
  language = open(async (options) => {
    const server = await real(options)
    vi.spyOn(server, 'hover').mockImplementation((...question) => {
      asked.push(question)
      return Promise.resolve(null)
    })
    return server
  })
  cells = [...cells, emptyCell('text', 'markdown', '')]
  language.onCursor('text')
  language.onCursor('one')
  await vi.waitFor(() => expect(asked).toEqual([['one', 'const first = 1', 0]]), 5_000)
})

test('a server that is killed is started again, once', async () => {
  language = open(real)
  await labels('fir')
  const first = Number(await language.pid())
  process.kill(first, 'SIGKILL')
  await vi.waitFor(async () => expect(await language.pid()).not.toBe(first), 5_000)
  expect(await labels('fir')).toEqual(['first'])
  process.kill(Number(await language.pid()), 'SIGKILL')
  await vi.waitFor(async () => {
    await expect(labels('fir')).rejects.toMatchObject({
      code: 'LANGUAGE_SERVER_ENDED',
      message: expect.stringContaining('ended twice'),
    })
  }, 5_000)
  expect(await language.pid()).toBeUndefined()
})

test('what was wrong before a server ended is taken back by the next one', async () => {
  language = open(real)
  cells = [emptyCell('one', 'typescript', 'const first: string = 1')]
  await new Promise((resolve) => {
    toldSome = resolve
    language.onChange({ isEdit: true })
  })
  const first = Number(await language.pid())
  cells = [emptyCell('one', 'typescript', 'const first = 1')]
  process.kill(first, 'SIGKILL')
  await new Promise((resolve) => {
    toldSome = resolve
  })
  expect(told.map(({ diagnostics }) => diagnostics.length)).toEqual([1, 0])
  expect(language.found).toEqual([])
})

test('ends when nobody asks, and starts for the next one who does', async () => {
  language = open(real, 1)
  await labels('fir')
  await vi.waitFor(async () => expect(await language.pid()).toBeUndefined(), 5_000)
  expect(await labels('fir')).toEqual(['first'])
})

test('where TypeScript is not installed everyone who asks is told, and nothing is tried again', async () => {
  let starts = 0
  language = open(() => {
    starts += 1
    return Promise.reject(
      new LanguageError('LANGUAGE_SERVER_MISSING', 'Cannot help: it is not here'),
    )
  })
  const missing = { code: 'LANGUAGE_SERVER_MISSING' }
  await expect(labels('fir')).rejects.toMatchObject(missing)
  await expect(labels('fir')).rejects.toMatchObject(missing)
  expect(starts).toBe(1)
})
