import { cp, mkdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Notebooks } from './notebooks.ts'
import type { ClientOperation } from './operations.ts'
import { Folder } from './testing/folder.ts'
import { MOUNTED_FILES, type VolumeFileSystem } from './file-system.ts'
import { Page } from './testing/page.ts'

let folder: Folder
beforeEach(async () => {
  folder = await Folder.make()
  await folder.write('a.ipynb', ['a', 'one'])
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
})

const TYPED: ClientOperation = {
  type: 'change-source',
  cellId: 'a',
  version: 0,
  changes: [[0, 'typed '], 3],
}

describe('Notebooks', () => {
  test('opens a path once, however many ask', async () => {
    await using notebooks = new Notebooks(folder.options())
    const [one, other] = await Promise.all([notebooks.open('a.ipynb'), notebooks.open('a.ipynb')])
    expect(one).toBe(other)
    expect(notebooks.paths()).toEqual(['a.ipynb'])
    await expect(notebooks.open('none.ipynb')).rejects.toMatchObject({ code: 'NOTEBOOK_NOT_FOUND' })
    expect(notebooks.paths()).toEqual(['a.ipynb'])
  })

  test('makes a new notebook, never in the place of another', async () => {
    await using notebooks = new Notebooks(folder.options())
    await notebooks.create('deep/er/new.ipynb')
    const { metadata, cells } = await folder.read('deep/er/new.ipynb')
    expect(metadata['kernelspec']).toMatchObject({ language: 'typescript' })
    expect(cells).toHaveLength(1)
    await expect(notebooks.create('a.ipynb')).rejects.toMatchObject({ code: 'NOTEBOOK_EXISTS' })
  })

  test.each([
    '../a.ipynb',
    '/etc/a.ipynb',
    'x/../../a.ipynb',
    'x//a.ipynb',
    './a.ipynb',
    'x\\a.ipynb',
    'a\0.ipynb',
    'a.txt',
    '',
    'link/a.ipynb',
  ])('refuses the path %j', async (path) => {
    const outside = `${folder.root}-sibling`
    await mkdir(outside)
    await cp(join(folder.root, 'a.ipynb'), join(outside, 'a.ipynb'))
    await symlink(outside, join(folder.root, 'link'))
    await using notebooks = new Notebooks(folder.options())
    await expect(notebooks.open(path)).rejects.toMatchObject({ code: 'PATH_INVALID' })
    await expect(notebooks.create(path)).rejects.toMatchObject({ code: 'PATH_INVALID' })
    await expect(notebooks.rename('a.ipynb', path)).rejects.toMatchObject({ code: 'PATH_INVALID' })
  })

  test('a rename keeps the notebook open, with its kernel, its clients and what is not saved', async () => {
    await using notebooks = new Notebooks(folder.options({ times: { quietMs: 60_000 } }))
    const notebook = await notebooks.open('a.ipynb')
    const page = new Page('ann').connect(notebook)
    await page.ask({ type: 'run-cells', cellIds: ['a'] })
    await page.ask(TYPED)
    await notebooks.rename('a.ipynb', 'sub/b.ipynb')
    await page.until(() => page.state.path === 'sub/b.ipynb')
    expect(await notebooks.open('sub/b.ipynb')).toBe(notebook)
    expect(notebooks.paths()).toEqual(['sub/b.ipynb'])
    expect(await folder.texts('sub/b.ipynb')).toEqual(['a: typed one'])
    await expect(folder.read('a.ipynb')).rejects.toThrow('ENOENT')
    expect([folder.kernels.length, folder.kernels[0]?.status]).toEqual([1, 'idle'])
    await page.ask({ type: 'delete-cell', cellId: 'a' })
    await notebook.save()
    expect(await folder.texts('sub/b.ipynb')).toEqual([])
    expect(await folder.journals()).toHaveLength(1)
    await folder.write('c.ipynb')
    const taken = notebooks.rename('sub/b.ipynb', 'c.ipynb')
    await expect(taken).rejects.toMatchObject({ code: 'NOTEBOOK_EXISTS' })
  })

  test('what is removed is gone: file, kernel, journal', async () => {
    await using notebooks = new Notebooks(folder.options())
    const page = new Page('ann').connect(await notebooks.open('a.ipynb'))
    await page.ask({ type: 'run-cells', cellIds: ['a'] })
    await page.ask(TYPED)
    await notebooks.remove('a.ipynb')
    expect(page.types.at(-1)).toBe('closed')
    expect(folder.kernels[0]?.status).toBe('ended')
    await expect(folder.read()).rejects.toThrow('ENOENT')
    expect([await folder.journals(), notebooks.paths()]).toEqual([[], []])
  })

  test('closes what nobody uses, keeps what has a client or a kernel', async () => {
    await folder.write('kernel.ipynb', ['a', ''])
    await folder.write('idle.ipynb', ['a', ''])
    await using notebooks = new Notebooks({ ...folder.options(), idleMs: 200 })
    const [seen, kernel, idle] = await Promise.all(
      ['a.ipynb', 'kernel.ipynb', 'idle.ipynb'].map((path) => notebooks.open(path)),
    )
    if (seen === undefined || kernel === undefined) throw new Error('not open')
    new Page('ann').connect(seen)
    await kernel.ensureKernel({ clientId: 'x', user: 'X' })
    await expect.poll(() => notebooks.paths().toSorted()).toEqual(['a.ipynb', 'kernel.ipynb'])
    expect(await notebooks.open('idle.ipynb')).not.toBe(idle)
  })

  test('closing saves everything', async () => {
    const notebooks = new Notebooks(folder.options({ times: { quietMs: 60_000 } }))
    await new Page('ann').connect(await notebooks.open('a.ipynb')).ask(TYPED)
    await notebooks.close()
    expect(await folder.texts()).toEqual(['a: typed one'])
    expect(await folder.journals()).toEqual([])
    await expect(notebooks.open('a.ipynb')).rejects.toMatchObject({ code: 'NOTEBOOK_CLOSED' })
  })
})

describe('Notebooks.recover()', () => {
  /** A folder as a server leaves it that is killed after the page's operations. */
  async function killedAfter(work: (page: Page) => Promise<void>): Promise<Folder> {
    const killed = await Folder.make()
    await using notebooks = new Notebooks(folder.options({ times: { quietMs: 60_000 } }))
    await work(new Page('ann').connect(await notebooks.open('a.ipynb')))
    await cp(folder.root, killed.root, { recursive: true })
    await cp(folder.stateDirectory, killed.stateDirectory, { recursive: true })
    return killed
  }

  test('writes what was acknowledged; what ran is lost and says so', async () => {
    await using killed = await killedAfter(async (page) => {
      await page.ask(TYPED)
      await page.ask({ type: 'run-cells', cellIds: ['a'] })
      const kernel = folder.kernel()
      const request = await kernel.request(0)
      kernel.start(request)
      kernel.print(request, 'so far')
      await page.until(() => page.cell('a').outputs.length === 1)
    })
    await using notebooks = new Notebooks(killed.options())
    expect(await notebooks.recover()).toEqual([{ path: 'a.ipynb', problem: null }])
    expect(await killed.texts()).toEqual(['a: typed one'])
    const notebook = await notebooks.open('a.ipynb')
    expect(notebook.state.notebook.cells[0]).toMatchObject({
      outputs: [{ text: 'so far' }],
      run: { status: 'ended', how: 'lost' },
    })
    expect(notebook.state).toMatchObject({ clients: [], queue: [], kernelOwner: null })
    // The same client sends again what it never heard of: the server has it already.
    const page = new Page('ann').connect(notebook)
    expect(page.acknowledged).toBe(2)
    page.resend(1, TYPED)
    await page.until(() => page.types.includes('acknowledged'))
    expect(page.cell('a').source).toBe('typed one')
  })

  test('knows it all after the journal has begun anew', async () => {
    const large = 'x'.repeat(200_000)
    await using killed = await killedAfter(async (page) => {
      await page.ask({ type: 'run-cells', cellIds: ['a'] })
      const kernel = folder.kernel()
      const request = await kernel.request(0)
      kernel.start(request)
      for (let n = 1; n <= 100; n++) {
        const data = { 'text/plain': `${n} ${large}` }
        const { executionId } = request
        const display = { data, metadata: {}, displayId: undefined, update: false }
        kernel.emit({ type: 'display', executionId, ...display })
        if (n % 10 === 0) {
          const cleared = { type: 'cleared', executionId, wait: true } as const
          kernel.emit(cleared)
          await page.ask({ type: 'clear-outputs', cellIds: [] as string[] })
        }
      }
      await page.ask(TYPED)
    })
    const [name] = await killed.journals()
    const journal = await stat(join(killed.stateDirectory, 'journals', name ?? ''))
    expect(journal.size).toBeLessThan(15_000_000)
    await using notebooks = new Notebooks(killed.options())
    await notebooks.recover()
    const { cells } = await killed.read()
    expect(cells[0]?.source).toBe('typed one')
    expect(cells[0]?.outputs).toHaveLength(10)
    expect(cells[0]?.outputs[0]).toMatchObject({ data: { 'text/plain': `91 ${large}` } })
  })

  test.each([
    ['after it', (content: Buffer) => content],
    ['before its line end', (content: Buffer) => content.subarray(0, -1)],
  ])('knows its own save, killed %s and again before the next', async (_when, cut) => {
    const first = await Folder.make()
    const second = await Folder.make()
    /** A folder as it is at this moment. */
    const keep = async (from: Folder, to: Folder): Promise<void> => {
      await cp(from.root, to.root, { recursive: true })
      await cp(from.stateDirectory, to.stateDirectory, { recursive: true })
    }
    const save = async (from: Folder, text: string, files: Partial<VolumeFileSystem>) => {
      const options = from.options({
        files: { ...MOUNTED_FILES, ...files },
        times: { quietMs: 60_000 },
      })
      await using notebooks = new Notebooks(options)
      const page = new Page(text).connect(await notebooks.open('a.ipynb'))
      const { version, source } = page.cell('a')
      const changes = [source.length, [0, text]]
      await page.ask({ type: 'change-source', cellId: 'a', version, changes })
      await page.ask({ type: 'save' })
      await page.until(() => page.state.saved.status === 'saved')
    }
    await save(folder, ' saved', {
      write: async (path, content) => {
        await MOUNTED_FILES.write(path, cut(content))
        await keep(folder, first)
        await MOUNTED_FILES.write(path, content)
      },
    })
    expect(await first.texts()).toEqual(['a: one saved'])
    await save(first, ' typed', {
      write: async (path, content) => {
        await keep(first, second)
        await MOUNTED_FILES.write(path, content)
      },
    })
    expect(await second.texts()).toEqual(['a: one saved'])

    await using notebooks = new Notebooks(second.options())
    expect(await notebooks.recover()).toEqual([{ path: 'a.ipynb', problem: null }])
    expect(await second.texts()).toEqual(['a: one saved typed'])
  })

  test('merges what someone wrote while no server ran', async () => {
    await using killed = await killedAfter((page) => page.ask(TYPED))
    await killed.write('a.ipynb', ['a', 'one'], ['c', 'new'])
    await using notebooks = new Notebooks(killed.options())
    await notebooks.recover()
    expect(await killed.texts()).toEqual(['a: typed one', 'c: new'])
  })

  test('brings back a file that is gone, but writes over none that it cannot read', async () => {
    await using killed = await killedAfter((page) => page.ask(TYPED))
    await killed.writeText('a.ipynb', 'mine {')
    {
      await using notebooks = new Notebooks(killed.options())
      const [recovery] = await notebooks.recover()
      expect(recovery?.problem).toContain('Cannot read notebook')
    }
    expect(await killed.journals()).toHaveLength(1)
    await killed.remove()
    await using notebooks = new Notebooks(killed.options())
    expect(await notebooks.recover()).toEqual([{ path: 'a.ipynb', problem: null }])
    expect(await killed.texts()).toEqual(['a: typed one'])
  })
})
