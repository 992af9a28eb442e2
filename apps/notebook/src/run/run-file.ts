import { basename, dirname, join } from 'node:path'
import { NotebookError } from '../notebook/errors.ts'
import { MOUNTED_FILES, type VolumeFileSystem } from '../notebook/file-system.ts'
import { type NotebookFile, parseNotebook, printNotebook } from '../notebook/ipynb.ts'
import { hashContent, readNotebookFile, writeNotebookFile } from '../notebook/notebook-file.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { RunError } from './errors.ts'

/** The file that a run reads, and the one that it writes: whole, and never over what somebody else has written. */
export class RunFile {
  readonly #files: VolumeFileSystem
  readonly #read: NotebookFile
  #target: string
  /** What the target held when it was last read or written. */
  #knownHash: string | undefined
  /** What a write that failed may have left there, whole or torn. */
  #attempted: Buffer | undefined
  #changed: RunError | undefined

  private constructor(
    files: VolumeFileSystem,
    target: string,
    read: NotebookFile,
    knownHash: string | undefined,
  ) {
    this.#files = files
    this.#target = target
    this.#read = read
    this.#knownHash = knownHash
  }

  /** @throws {NotebookError} `NOTEBOOK_NOT_FOUND`, `NOTEBOOK_INVALID` */
  static async open(
    file: string,
    target: string = file,
    files: VolumeFileSystem = MOUNTED_FILES,
  ): Promise<RunFile> {
    const found = await readNotebookFile(files, file)
    if (found === undefined) {
      throw new NotebookError('NOTEBOOK_NOT_FOUND', `Cannot run "${file}": there is no such file`, {
        hint: 'Give the path of an .ipynb file',
      })
    }
    const read = parseNotebook(found.text)
    const known = target === file ? found : await readNotebookFile(files, target)
    return new RunFile(files, target, read, known?.hash)
  }

  get notebook(): Notebook {
    return this.#read.notebook
  }

  /** `NOTEBOOK_CHANGED` once somebody else has written the target: the outputs are in a file beside it. */
  get changed(): RunError | undefined {
    return this.#changed
  }

  /**
   * Writes the notebook; gives the path. One write at a time.
   *
   * @throws {NotebookError} `SAVE_FAILED`
   */
  async write(notebook: Notebook): Promise<string> {
    const text = printNotebook({ notebook, besides: this.#read.besides })
    if (!(await this.#isOurs())) await this.#goBeside()
    this.#attempted = Buffer.from(text)
    const { hash } = await writeNotebookFile(this.#files, this.#target, text)
    this.#knownHash = hash
    this.#attempted = undefined
    return this.#target
  }

  async #isOurs(): Promise<boolean> {
    const found = await this.#files.read(this.#target)
    if ((found && hashContent(found)) === this.#knownHash) return true
    return found !== undefined && this.#attempted?.subarray(0, found.length).equals(found) === true
  }

  async #goBeside(): Promise<void> {
    const theirs = this.#target
    const folder = dirname(theirs)
    const name = basename(theirs, '.ipynb')
    let path = join(folder, `${name}-run.ipynb`)
    for (let n = 2; (await this.#files.stat(path)) !== undefined; n++) {
      path = join(folder, `${name}-run${n}.ipynb`)
    }
    this.#target = path
    this.#knownHash = undefined
    this.#attempted = undefined
    this.#changed = new RunError(
      'NOTEBOOK_CHANGED',
      `Cannot write "${theirs}": somebody changed it while its cells ran`,
      { hint: `Take the outputs from "${path}"` },
    )
  }
}
