import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ChangeSet } from '@codemirror/state'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryFolder } from '../language/memory-folder.ts'
import { TypeScriptServer } from '../language/typescript-server.ts'
import type { NotebookMessage, OpenNotebook } from './open-notebook.ts'
import { Folder } from './testing/folder.ts'

type Told = Extract<NotebookMessage, { type: 'diagnostics' }>

let folder: Folder
let notebook: OpenNotebook

beforeEach(async () => {
  folder = await Folder.make()
  await folder.write('a.ipynb', ['one', 'const x = 1'], ['two', 'x.toFixed()'])
  notebook = await folder.open({
    startLanguage: (options) => TypeScriptServer.start({ ...options, quietMs: 0 }),
  })
})
afterEach(async () => {
  await notebook.close()
  await folder[Symbol.asyncDispose]()
})

/** A page, and the next diagnostics that it is told. */
function connect(clientId: string) {
  const told: Told[] = []
  let wake: (message: Told) => void = () => undefined
  const subscription = notebook.subscribe(
    { clientId, user: clientId },
    { epoch: null, sequence: 0 },
    (message) => {
      if (message.type !== 'diagnostics') return
      told.push(message)
      wake(message)
    },
  )
  const next = (): Promise<Told> =>
    new Promise((resolve) => {
      wake = resolve
    })
  return { ...subscription, told, next }
}

test('an edit is judged in all cells, for all pages, also those that come later', async () => {
  const ann = connect('ann')
  const bob = connect('bob')
  const next = Promise.all([ann.next(), bob.next()])
  const changes = ChangeSet.of({ from: 10, to: 11, insert: '"text"' }, 11).toJSON() as unknown
  ann.submit(1, { type: 'change-source', cellId: 'one', version: 0, changes })
  const [found, same] = await next
  expect(found).toMatchObject({ cellId: 'two', version: 0, diagnostics: [{ from: 2, to: 9 }] })
  expect(same).toEqual(found)
  expect(connect('late').told).toEqual([found])
})

test('a cursor in a cell has it start before the first key', async () => {
  const languageFolder = memoryFolder(
    notebook.epoch,
    join(folder.stateDirectory, 'language', notebook.epoch),
  )
  expect(existsSync(languageFolder)).toBe(false)
  connect('ann').presence('one', { anchor: 0, head: 0 })
  await vi.waitFor(() => expect(existsSync(languageFolder)).toBe(true))
})

test('answers for the text that the page shows, and leaves nothing behind', async () => {
  const source = 'x.toFi'
  const answer = await notebook.answer({ type: 'complete', cellId: 'two', source, offset: 6 })
  expect(answer).toMatchObject({ from: 2, to: 6, items: [{ label: 'toFixed' }] })
  const languageFolder = memoryFolder(
    notebook.epoch,
    join(folder.stateDirectory, 'language', notebook.epoch),
  )
  expect(existsSync(languageFolder)).toBe(true)
  await notebook.close()
  expect(existsSync(languageFolder)).toBe(false)
})
