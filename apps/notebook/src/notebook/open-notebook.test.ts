import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChangeSet } from '@codemirror/state'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MOST_STREAM_CHARACTERS } from './apply-operation.ts'
import type { ClientOperation } from './operations.ts'
import { staleCells } from './stale-cells.ts'
import { Folder } from './testing/folder.ts'
import { Page } from './testing/page.ts'

let folder: Folder
beforeEach(async () => {
  folder = await Folder.make()
  await folder.write('a.ipynb', ['a', 'one'], ['b', 'two'])
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
})

describe('OpenNotebook: clients', () => {
  test('every page has the same state, and its own operations back', async () => {
    await using notebook = await folder.open()
    const [ann, bob] = [new Page('ann').connect(notebook), new Page('bob').connect(notebook)]
    await Promise.all([ann.ask(typed('a', 0, 'A')), bob.ask(typed('a', 0, 'B'))])
    ann.presence('b')
    await bob.until(() => bob.state.clients.some(({ cellId }) => cellId === 'b'))
    await ann.until(() => ann.state.sequence === bob.state.sequence)
    expect(ann.state).toEqual(bob.state)
    // Both wrote at the same place against the same version: the first stays first.
    expect(ann.cell('a')).toMatchObject({ source: 'ABone', version: 2 })
    expect(ann.state.clients.map(({ user }) => user)).toEqual(['ANN', 'BOB'])
  })

  test('a page that was cut off gets what it missed, once, and applies nothing twice', async () => {
    await using notebook = await folder.open()
    const [ann, bob] = [new Page('ann').connect(notebook), new Page('bob').connect(notebook)]
    await ann.ask(typed('a', 0, 'x'))
    ann.cut()
    for (let n = 0; n < 50; n++) await bob.ask(typed('b', n, '.'))
    ann.connect(notebook)
    expect(ann.types.filter((type) => type === 'snapshot')).toHaveLength(1)
    expect(ann.types).toContain('resumed')
    ann.resend(1, typed('a', 0, 'x'))
    await ann.ask(typed('a', 1, 'y'))
    await bob.until(() => bob.state.sequence === ann.state.sequence)
    expect(ann.state).toEqual(bob.state)
    expect(ann.cell('a').source).toBe('yxone')
    expect(ann.cell('b').source).toBe(`${'.'.repeat(50)}two`)
  })

  test('a page of another epoch, or one too far behind, gets a snapshot', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask(typed('a', 0, 'x'))
    ann.cut()
    ann.epoch = 'another'
    ann.connect(notebook)
    expect(ann.types.filter((type) => type === 'snapshot')).toHaveLength(2)
    const bob = new Page('bob').connect(notebook)
    for (let n = 0; n < 5_100; n++) bob.send({ type: 'clear-outputs', cellIds: ['b'] })
    await bob.until(() => bob.acknowledged === 5_100)
    const seen: string[] = []
    const have = { epoch: notebook.epoch, sequence: 1 }
    notebook.subscribe(bob.client, have, ({ type }) => seen.push(type)).close()
    expect(seen).toEqual(['snapshot'])
  })

  test('refuses what makes no sense, and says which', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'delete-cell', cellId: 'gone' })
    ann.resend(2, { type: 'kernel-status', status: 'idle' })
    ann.resend(3, typed('a', 7, 'x'))
    ann.resend(4, { ...typed('a', 0, 'x'), changes: [99] })
    await ann.until(() => ann.acknowledged === 4)
    expect(ann.refusals.map(({ number, code }) => [number, code])).toEqual([
      [1, 'OPERATION_REFUSED'],
      [2, 'OPERATION_INVALID'],
      [3, 'VERSION_TOO_OLD'],
      [4, 'VERSION_TOO_OLD'],
    ])
    expect(ann.cell('a').source).toBe('one')
    expect(() => ann.resend(0, {})).toThrow('its number is none')
  })
})

describe('OpenNotebook: hostile clients', () => {
  test('whatever is sent is answered, and the notebook is as it was', async () => {
    await using notebook = await folder.open()
    const before = notebook.state.notebook
    const page = new Page('eve').connect(notebook)
    let number = 0
    fc.assert(
      fc.property(fc.oneof(fc.anything(), hostile), (message) => {
        page.resend(++number, message)
      }),
      { numRuns: 500 },
    )
    await page.until(() => page.acknowledged === number)
    expect(page.refusals).toHaveLength(number)
    expect(notebook.state.notebook).toEqual(before)
  })

  const hostile = fc.record({
    type: fc.constantFrom('change-source', 'insert-cell', 'set-cell-metadata', 'merged', 'saved'),
    cellId: fc.constantFrom('a', '__proto__', '../b', 5),
    version: fc.constantFrom(1, -1, 1e300, '0', null),
    changes: fc.jsonValue(),
    index: fc.constantFrom(-1, Number.NaN, 'x'),
    metadata: fc.constantFrom(null, [], 'x'),
  })
})

describe('OpenNotebook: the kernel', () => {
  test('starts with the first run, runs cells one after the other, saves with no browser', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    expect(folder.kernels).toEqual([])
    await ann.ask({ type: 'run-cells', cellIds: ['a', 'b'] })
    const kernel = folder.kernel()
    const first = await kernel.request(0)
    expect(first).toMatchObject({ cellId: 'a', language: 'typescript', source: 'one' })
    // What was on the screen is run, whatever is typed while it waits.
    await ann.ask(typed('b', 0, 'later '))
    ann.cut()
    kernel.start(first)
    kernel.print(first, 'hello ')
    kernel.print(first, 'world\n')
    kernel.finish(first)
    const second = await kernel.request(1)
    expect(second).toMatchObject({ cellId: 'b', source: 'two' })
    kernel.start(second)
    const error = { name: 'E', message: 'bad', traceback: ['at cell:b'] }
    kernel.emit({ type: 'error', executionId: second.executionId, ...error })
    kernel.finish(second, 'error')
    await notebook.save()
    const { cells } = await folder.read()
    expect(cells[0]).toMatchObject({
      executionCount: 1,
      outputs: [{ type: 'stream', text: 'hello world\n' }],
    })
    expect(cells[1]).toMatchObject({ source: 'later two', outputs: [{ type: 'error', ...error }] })
    ann.connect(notebook)
    expect(ann.state.sequence).toBe(notebook.state.sequence)
  })

  test('a flood of text becomes few operations, and the whole of it a file', async () => {
    await using notebook = await folder.open({ times: { quietMs: 60_000, mostMs: 60_000 } })
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    const kernel = folder.kernel()
    const request = await kernel.request(0)
    kernel.start(request)
    const before = notebook.state.sequence
    const line = `${'x'.repeat(99)}\n`
    for (let n = 0; n < 100_000; n++) kernel.print(request, line)
    kernel.finish(request)
    await ann.until(() => ann.cell('a').run.status === 'ended')
    expect(ann.state.sequence - before).toBeLessThan(100)
    const [output, ...others] = ann.cell('a').outputs
    const omitted = 10_000_000 - MOST_STREAM_CHARACTERS
    expect(output).toMatchObject({ text: line.repeat(MOST_STREAM_CHARACTERS / 100), omitted })
    expect(others).toEqual([])
    const path = await notebook.wholeOutput('a')
    expect(await readFile(path ?? '', 'utf8')).toBe(line.repeat(100_000))
    expect(await notebook.wholeOutput('b')).toBeUndefined()
    // All of it came before the disk could take any.
    await ann.until(() => kernel.calls.includes('resume'))
    expect(kernel.calls).toEqual(['pause', 'resume'])
  })

  test('10,000 updates of a display become a few', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    const kernel = folder.kernel()
    const request = await kernel.request(0)
    kernel.start(request)
    const show = (text: string, update: boolean): void =>
      kernel.emit({
        type: 'display',
        executionId: request.executionId,
        data: { 'text/plain': text },
        metadata: {},
        displayId: 'd',
        update,
      })
    show('0', false)
    const before = notebook.state.sequence
    for (let n = 1; n <= 10_000; n++) show(String(n), true)
    kernel.finish(request)
    await ann.until(() => ann.cell('a').run.status === 'ended')
    expect(ann.state.sequence - before).toBeLessThan(50)
    const shown = { type: 'display', trusted: true, data: { 'text/plain': '10000' } }
    expect(ann.cell('a').outputs).toMatchObject([shown])
  })

  test('an interrupt empties the queue first; what the kernel began meanwhile is interrupted', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a', 'b'] })
    const kernel = folder.kernel()
    const request = await kernel.request(0)
    await ann.ask({ type: 'interrupt' })
    const asked = `interrupt ${request.executionId}`
    expect(kernel.calls).toEqual([asked])
    kernel.start(request)
    expect(kernel.calls).toEqual([asked, asked])
    expect(ann.state.notebook.cells.map(({ run }) => run.status)).toEqual(['idle', 'idle'])
    await ann.ask({ type: 'run-cells', cellIds: ['b'] })
    expect(await kernel.request(1)).toMatchObject({ cellId: 'b' })
  })

  test.each([
    ['ended', 'ended', 'out of memory'],
    ['kill', 'ended', 'killed'],
    ['shut-down', 'none', 'it was shut down'],
  ] as const)('%s: the run is lost, the next one has a new kernel', async (how, status, reason) => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a', 'b'] })
    const kernel = folder.kernel()
    const request = await kernel.request(0)
    kernel.start(request)
    if (how === 'ended') kernel.end(reason)
    else await ann.ask({ type: how })
    await ann.until(() => ann.state.kernel.status === status)
    expect(ann.state.kernel.reason).toBe(reason)
    expect(ann.cell('a').run).toMatchObject({ status: 'ended', how: 'lost' })
    expect(ann.cell('b').run).toEqual({ status: 'idle' })
    kernel.print(request, 'from beyond')
    await ann.ask({ type: 'run-cells', cellIds: ['b'] })
    expect(await folder.kernels[1]?.request(0)).toMatchObject({ cellId: 'b' })
    expect(ann.cell('a').outputs).toEqual([])
  })

  test('a restart ends the kernel and starts another', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    await folder.kernels[0]?.request(0)
    await ann.ask({ type: 'restart' })
    await ann.until(() => ann.state.kernel.status === 'idle')
    expect(folder.kernels.map(({ status }) => status)).toEqual(['ended', 'idle'])
    expect(ann.cell('a').run).toEqual({ status: 'idle' })
  })

  test('every page knows what is stale, and why, after runs and after a restart', async () => {
    await folder.write('a.ipynb', ['a', 'const v = 1'], ['b', 'v'])
    await using notebook = await folder.open()
    const [ann, bob] = [new Page('ann').connect(notebook), new Page('bob').connect(notebook)]
    const run = async (cellId: string, at: number): Promise<void> => {
      await ann.ask({ type: 'run-cells', cellIds: [cellId] })
      const request = await folder.kernels[0]?.request(at)
      if (request === undefined) throw new Error('no kernel')
      folder.kernels[0]?.start(request)
      folder.kernels[0]?.finish(request)
      await bob.until(() => bob.cell(cellId).ran !== undefined && bob.state.queue.length === 0)
    }
    await run('a', 0)
    await run('b', 1)
    expect([...staleCells(bob.state)]).toEqual([])
    await run('a', 2)
    const redeclared = { type: 'redeclared', name: 'v', by: 'a' }
    await bob.until(() => staleCells(bob.state).size > 0)
    expect([...staleCells(bob.state)]).toEqual([['b', redeclared]])
    const changes = [11, [0, ' + 1']]
    await ann.ask({ type: 'change-source', cellId: 'a', version: 0, changes })
    expect(staleCells(ann.state).get('a')).toEqual({ type: 'edited' })
    await ann.ask({ type: 'restart' })
    await ann.until(() => ann.state.kernel.status === 'idle')
    expect([...staleCells(ann.state).values()].map(({ type }) => type)).toEqual([
      'earlier-kernel',
      'earlier-kernel',
    ])
    expect(ann.state).toEqual(notebook.state)
  })

  test('a kernel that cannot be started says so in the cell', async () => {
    const startKernel = (): Promise<never> => Promise.reject(new Error('no memory'))
    await using notebook = await folder.open({ startKernel })
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a', 'b'] })
    await ann.until(() => ann.state.kernel.status === 'none')
    expect(ann.cell('a').outputs).toMatchObject([{ type: 'error', message: 'no memory' }])
    expect(ann.cell('b').run).toEqual({ status: 'idle' })
    expect(ann.state).toMatchObject({ queue: [], kernel: { reason: expect.anything() as unknown } })
  })

  test('with the rights of its caller only its owner may use it', async () => {
    await using notebook = await folder.open({ callersRights: true })
    const [ann, bob] = [new Page('ann').connect(notebook), new Page('bob').connect(notebook)]
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    const kernel = folder.kernel()
    await kernel.request(0)
    const asked: ClientOperation[] = [
      { type: 'run-cells', cellIds: ['b'] },
      { type: 'interrupt' },
      { type: 'restart' },
      { type: 'shut-down' },
      { type: 'kill' },
      { type: 'answer-input', inputId: 'i', text: '' },
      { type: 'use', role: 'R' },
    ]
    for (const operation of asked) await bob.ask(operation)
    expect(bob.refusals.map(({ code }) => code)).toEqual(asked.map(() => 'KERNEL_OF_ANOTHER_USER'))
    await expect(notebook.ensureKernel(bob.client)).rejects.toMatchObject({
      code: 'KERNEL_OF_ANOTHER_USER',
    })
    expect([kernel.calls, folder.kernels.length]).toEqual([[], 1])
    await bob.ask(typed('b', 0, 'bob may write '))
    await ann.ask({ type: 'shut-down' })
    await bob.ask({ type: 'run-cells', cellIds: ['b'] })
    await bob.until(() => bob.state.kernelOwner === 'BOB')
  })

  test('an answer reaches the kernel and nothing else', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    const kernel = folder.kernel()
    const request = await kernel.request(0)
    kernel.start(request)
    const { executionId } = request
    const input = { inputId: 'i', prompt: 'password?', isPassword: true }
    kernel.emit({ type: 'input-requested', executionId, ...input })
    await ann.until(() => ann.state.inputs.length === 1)
    await ann.ask({ type: 'answer-input', inputId: 'i', text: 'hush' })
    expect(kernel.calls).toEqual(['answer i hush'])
    expect(ann.state.inputs).toEqual([])
    const [journal] = await folder.journals()
    const text = await readFile(`${folder.stateDirectory}/journals/${journal}`, 'utf8')
    expect(text).toContain('answer-input')
    expect(text).not.toContain('hush')
    await ann.ask({ type: 'use', role: 'R' })
    await ann.until(() => ann.state.context?.role === 'R')
  })
})

describe('OpenNotebook: the file', () => {
  test('saves by itself: one whole write, read back, and nothing when nothing changed', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.status === 'saved')
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
    expect(ann.state.saved).toMatchObject({ sequence: 2, problem: null })
    expect(folder.files.calls.filter((call) => call === 'write')).toHaveLength(1)
    await ann.ask({ type: 'save' })
    await notebook.save()
    expect(folder.files.calls.filter((call) => call === 'write')).toHaveLength(1)
  })

  test('is saved without a journal too, and each save says that there is none', async () => {
    await using notebook = await folder.open()
    // A file where the journals' folder belongs: none can be begun.
    const journals = join(folder.stateDirectory, 'journals')
    await rm(journals, { recursive: true, force: true })
    await mkdir(folder.stateDirectory, { recursive: true })
    await writeFile(journals, '')
    const ann = new Page('ann').connect(notebook)
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.status === 'saved')
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
    expect(ann.state.saved.problem).toMatch(/would be lost with the server: \S/)
    // Room again: a second later a journal is begun anew, and nothing more is to be said.
    await rm(journals)
    await vi.waitFor(
      async () => {
        await ann.ask(typed('a', ann.cell('a').version, 'y'))
        await notebook.save()
        expect(notebook.state.saved.problem).toBeNull()
      },
      { timeout: 4_000, interval: 200 },
    )
  })

  test('saves at the latest after a while, though changes go on', async () => {
    await using notebook = await folder.open({ times: { quietMs: 60_000, mostMs: 30 } })
    const ann = new Page('ann').connect(notebook)
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.at !== null)
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
  })

  test('takes in what someone else wrote before it saves, and keeps both texts', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await folder.write('a.ipynb', ['a', 'theirs'], ['b', 'two'], ['c', 'new'])
    await ann.ask(typed('a', 0, 'ours '))
    await ann.until(() => ann.state.saved.status === 'saved')
    const merged = ['a: ours one', 'a-theirs: theirs', 'b: two', 'c: new']
    expect(await folder.texts()).toEqual(merged)
    expect(ann.state.notebook.cells.map(({ id, source }) => `${id}: ${source}`)).toEqual(merged)
  })

  test('what is typed against a text that the merge replaced is mapped over it', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await folder.write('a.ipynb', ['a', 'before one'], ['b', 'two'])
    await notebook.checkFile()
    ann.resend(1, { ...typed('a', 0, ''), changes: [3, [0, '!']] })
    await ann.until(() => ann.acknowledged === 1)
    expect(ann.cell('a')).toMatchObject({ source: 'before one!', version: 2 })
  })

  test('looks every now and then whether the file has changed', async () => {
    await using notebook = await folder.open({ times: { checkMs: 10, quietMs: 10 } })
    const ann = new Page('ann').connect(notebook)
    await folder.write('a.ipynb', ['a', 'theirs'])
    await ann.until(() => ann.cell('a').source === 'theirs')
    expect(ann.state.notebook.cells).toHaveLength(1)
  })

  test('never writes over a file that it cannot read', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await folder.writeText('a.ipynb', '{"broken')
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.status === 'failed')
    expect(ann.state.saved.problem).toContain('Cannot read notebook')
    await notebook.save()
    expect(await readFile(notebook.file, 'utf8')).toBe('{"broken')
    await folder.write('a.ipynb', ['a', 'one'], ['b', 'repaired'])
    await ann.until(() => ann.state.saved.status === 'saved')
    expect(await folder.texts()).toEqual(['a: xone', 'b: repaired'])
  })

  test('a deleted file stays deleted until a user saves; what was typed is kept', async () => {
    const notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await folder.remove()
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.status === 'failed')
    expect(ann.state.saved.problem).toContain('"a.ipynb": the file was deleted')
    await notebook.close()
    expect(ann.types.at(-1)).toBe('closed')
    await using again = await folder.open()
    const bob = new Page('bob').connect(again)
    expect(bob.cell('a').source).toBe('xone')
    await again.save()
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
  })

  test('tries again when the volume refuses', async () => {
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    let left = 3
    folder.files.onWrite = () => {
      if (left-- > 0) throw new Error('the volume is full')
    }
    await ann.ask(typed('a', 0, 'x'))
    await ann.until(() => ann.state.saved.status === 'failed')
    expect(ann.state.saved.problem).toBe('Cannot save "a.ipynb": the volume is full')
    await ann.until(() => ann.state.saved.status === 'saved')
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
  })

  test('closing saves, ends the kernel and leaves no journal', async () => {
    const notebook = await folder.open({ times: { quietMs: 60_000, mostMs: 60_000 } })
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['b'] })
    await ann.ask(typed('a', 0, 'x'))
    expect(await folder.journals()).toHaveLength(1)
    await notebook.close()
    expect(folder.kernels[0]?.status).toBe('ended')
    expect(await folder.texts()).toEqual(['a: xone', 'b: two'])
    expect(await folder.journals()).toEqual([])
    expect(() => new Page('bob').connect(notebook)).toThrow('it was closed')
  })

  test('what was applied before the end is not applied again after it', async () => {
    const ann = new Page('ann')
    {
      await using notebook = await folder.open()
      ann.connect(notebook)
      await ann.ask(typed('a', 0, 'x'))
    }
    await using again = await folder.open()
    ann.connect(again)
    ann.resend(1, typed('a', 0, 'x'))
    await ann.ask(typed('b', 0, 'y'))
    expect([ann.cell('a').source, ann.cell('b').source]).toEqual(['xone', 'ytwo'])
  })

  test('opens what there is: a missing or broken file is an error', async () => {
    await expect(folder.open({ path: 'none.ipynb' })).rejects.toMatchObject({
      code: 'NOTEBOOK_NOT_FOUND',
    })
    await folder.writeText('a.ipynb', '{}')
    await expect(folder.open()).rejects.toMatchObject({ code: 'NOTEBOOK_INVALID' })
  })
})

/** Types at the start of a cell's text as it is at a version. */
function typed(
  cellId: 'a' | 'b',
  version: number,
  text: string,
): ClientOperation & { type: 'change-source' } {
  const insert = ChangeSet.of({ from: 0, insert: text }, 3 + version)
  return { type: 'change-source', cellId, version, changes: insert.toJSON() }
}
