import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal, type JournalHeader, type JournalLine, readJournal } from './journal.ts'
import { recoverNotebook } from './recover-journal.ts'
import { stateOf } from './testing/states.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
  file = join(folder, 'deep', 'a.ndjson')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const HEADER: JournalHeader = {
  format: 1,
  path: 'test.ipynb',
  epoch: 'e',
  state: stateOf('typescript'),
  besides: { x: 1 },
  base: { hash: 'h0', notebook: null },
  numbers: { old: 3 },
}

describe('Journal', () => {
  test('gives back what was written, in order', async () => {
    const { journal, written } = Journal.start(file, HEADER)
    await written
    await Promise.all([journal.append([typed(1), typed(2)]), journal.append([typed(3)])])
    expect(journal.lag).toBe(0)
    await journal.close()
    const content = await readJournal(file)
    expect(content).toEqual({
      header: HEADER,
      lines: [typed(1), typed(2), typed(3)],
      isDamaged: false,
    })
    expect(await readJournal(join(folder, 'none'))).toBeUndefined()
  })

  test('leaves out a last line that was cut anywhere', async () => {
    const { journal, written } = Journal.start(file, HEADER)
    await written
    await journal.append([typed(1), typed(2)])
    await journal.close()
    const whole = await readFile(file, 'utf8')
    const last = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let length = whole.length - 1; length >= last; length--) {
      await truncate(file, length)
      expect(await readJournal(file)).toMatchObject({ lines: [typed(1)], isDamaged: false })
    }
  })

  test('uses what stands before damage and says so', async () => {
    const { journal, written } = Journal.start(file, HEADER)
    await written
    await journal.append([typed(1)])
    await journal.close()
    await appendFile(file, `\0\0garbage\n${JSON.stringify(typed(3))}\n`)
    expect(await readJournal(file)).toMatchObject({ lines: [typed(1)], isDamaged: true })
    await writeFile(file, '')
    await expect(readJournal(file)).rejects.toMatchObject({ code: 'JOURNAL_INVALID' })
  })

  test('of before cells moved together still moves its one', async () => {
    const { journal, written } = Journal.start(file, {
      ...HEADER,
      state: stateOf('typescript', 'sql', 'markdown'),
    })
    await written
    await journal.close()
    const operation = { type: 'move-cell', cellId: 'a', index: 2 }
    const line = { type: 'applied', sequence: 1, operation, clientId: 'me', number: 1 }
    await appendFile(file, `${JSON.stringify(line)}\n`)
    const content = await readJournal(file)
    const { state } = recoverNotebook(content ?? { header: HEADER, lines: [], isDamaged: true })
    expect(state.notebook.cells.map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  })

  test('begins anew without losing what comes after', async () => {
    const { journal, written } = Journal.start(file, HEADER)
    await written
    const before = journal.append([typed(1)])
    const fresh = { ...HEADER, epoch: 'f' }
    const rotated = journal.rotate(fresh)
    const after = journal.append([typed(2)])
    await Promise.all([before, rotated, after])
    await journal.close()
    expect(await readJournal(file)).toMatchObject({ header: fresh, lines: [typed(2)] })
    await expect(journal.append([typed(3)])).rejects.toThrow('closed')
    await journal.remove()
    expect(await readJournal(file)).toBeUndefined()
  })
})

describe('recoverNotebook()', () => {
  test('knows the text, the clients and what the file holds', () => {
    const lines: JournalLine[] = [
      typed(1),
      { type: 'saving', hash: 'h1' },
      typed(2),
      { type: 'saved', hash: 'h1' },
      typed(7),
      { type: 'saving', hash: 'h2' },
    ]
    const found = recoverNotebook({ header: HEADER, lines, isDamaged: false })
    expect(found.state).toMatchObject({
      sequence: 7,
      notebook: { cells: [{ source: '!!!text 0' }] },
    })
    expect(found.base).toMatchObject({ hash: 'h1', notebook: { cells: [{ source: '!text 0' }] } })
    expect(found.saving).toMatchObject({ hash: 'h2' })
    expect([...found.numbers]).toEqual([
      ['old', 3],
      ['me', 7],
    ])
  })
})

const VERSIONS = new Map([
  [1, 0],
  [2, 1],
  [3, 2],
  [7, 2],
])

function typed(sequence: number): JournalLine {
  const version = VERSIONS.get(sequence) ?? 0
  const changes = [[0, '!'], 6 + version]
  const operation = { type: 'change-source', cellId: 'a', version, changes } as const
  return { type: 'applied', sequence, operation, clientId: 'me', number: sequence }
}
