import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyCell } from '../apply-operation.ts'
import { MOUNTED_FILES } from '../file-system.ts'
import { parseNotebook, printNotebook } from '../ipynb.ts'
import type { Notebook } from '../notebook.ts'
import { OpenNotebook, type OpenNotebookOptions } from '../open-notebook.ts'
import { FakeKernel } from './fake-kernel.ts'
import { strictFiles } from './strict-files.ts'

/** A notebooks' folder and a state directory that go away again, and kernels that do as told. */
export class Folder implements AsyncDisposable {
  readonly root: string
  readonly stateDirectory: string
  readonly files: ReturnType<typeof strictFiles> = strictFiles()
  readonly kernels: FakeKernel[] = []
  readonly #place: string

  private constructor(place: string) {
    this.#place = place
    this.root = join(place, 'root')
    this.stateDirectory = join(place, 'state')
  }

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'notebooks-')))
  }

  /** The kernel that was started first. */
  kernel(): FakeKernel {
    const [kernel] = this.kernels
    if (kernel === undefined) throw new Error('no kernel')
    return kernel
  }

  options(more: Partial<OpenNotebookOptions> = {}): OpenNotebookOptions {
    return {
      path: 'a.ipynb',
      root: this.root,
      stateDirectory: this.stateDirectory,
      files: this.files,
      startKernel: () => {
        const kernel = new FakeKernel()
        this.kernels.push(kernel)
        return Promise.resolve(kernel)
      },
      // A test that waits for an autosave waits for the state; nothing else moves on its own.
      times: { quietMs: 10, mostMs: 100, retryMs: 20, checkMs: 60_000 },
      ...more,
    }
  }

  open(more: Partial<OpenNotebookOptions> = {}): Promise<OpenNotebook> {
    return OpenNotebook.open(this.options(more))
  }

  /** Writes a notebook with these cells, as another program would. */
  async write(name: string, ...sources: [id: string, source: string][]): Promise<void> {
    const cells = sources.map(([id, source]) => emptyCell(id, 'typescript', source))
    await this.writeText(name, printNotebook({ notebook: { cells, metadata: {} }, besides: {} }))
  }

  async writeText(name: string, text: string): Promise<void> {
    await MOUNTED_FILES.write(join(this.root, name), Buffer.from(text))
  }

  async read(name = 'a.ipynb'): Promise<Notebook> {
    return parseNotebook(await readFile(join(this.root, name), 'utf8')).notebook
  }

  async texts(name = 'a.ipynb'): Promise<string[]> {
    return (await this.read(name)).cells.map(({ id, source }) => `${id}: ${source}`)
  }

  /** Journals that are there. */
  async journals(): Promise<string[]> {
    const names = await readdir(join(this.stateDirectory, 'journals')).catch(() => [])
    return names.filter((name) => name.endsWith('.ndjson'))
  }

  async remove(name = 'a.ipynb'): Promise<void> {
    await rm(join(this.root, name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#place, { recursive: true, force: true })
  }
}
