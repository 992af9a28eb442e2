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
  /** Where it goes: the file that was asked for, or one beside it. */
  #target: string
  readonly #read: NotebookFile
  /** What the target held when it was last read or written. */
  #knownHash: string | undefined
  /** What a write that failed may have left there, whole or torn. */
  #attempted: Buffer | undefined
  /** The file that was asked for, once somebody else has changed it. */
  #refused: string | undefined
  #written: Notebook | undefined
  #isWriting = false
  #turn: Promise<void> = Promise.resolve()

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

  /**
   * Writes what there is so far, so that a run that is killed leaves it. One write at a time; a failure is left to the
   * last one, which tells it.
   */
  keep(notebook: Notebook): void {
    if (this.#isWriting || notebook === this.#written) return
    this.#isWriting = true
    this.#turn = this.#write(notebook)
      .catch(() => undefined)
      .finally(() => {
        this.#isWriting = false
      })
  }

  /** Says that somebody else changed the file that was asked for, and where the outputs are instead. */
  get changed(): RunError | undefined {
    if (this.#refused === undefined) return undefined
    return new RunError(
      'NOTEBOOK_CHANGED',
      `Cannot write "${this.#refused}": somebody changed it while its cells ran`,
      { hint: `Take the outputs from "${this.#target}"` },
    )
  }

  /**
   * Writes the notebook as it is at the end; gives the path.
   *
   * @throws {NotebookError} `SAVE_FAILED`
   */
  async finish(notebook: Notebook): Promise<string> {
    await this.#turn
    await this.#write(notebook)
    return this.#target
  }

  async #write(notebook: Notebook): Promise<void> {
    const text = printNotebook({ notebook, besides: this.#read.besides })
    if (!(await this.#isOurs())) {
      this.#refused ??= this.#target
      this.#target = await this.#freePath()
    }
    this.#attempted = Buffer.from(text)
    const { hash } = await writeNotebookFile(this.#files, this.#target, text)
    this.#knownHash = hash
    this.#attempted = undefined
    this.#written = notebook
  }

  async #isOurs(): Promise<boolean> {
    const found = await this.#files.read(this.#target)
    if ((found && hashContent(found)) === this.#knownHash) return true
    return found !== undefined && this.#attempted?.subarray(0, found.length).equals(found) === true
  }

  /** Beside the file that was asked for. */
  async #freePath(): Promise<string> {
    const file = this.#refused ?? this.#target
    const name = basename(file, '.ipynb')
    for (let n = 1; ; n++) {
      const path = join(dirname(file), `${name}-run${n === 1 ? '' : n}.ipynb`)
      if ((await this.#files.stat(path)) === undefined) return path
    }
  }
}
