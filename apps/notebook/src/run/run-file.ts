import { basename, dirname, join } from 'node:path'
import { NotebookError } from '../notebook/errors.ts'
import { MOUNTED_FILES, type VolumeFileSystem } from '../notebook/file-system.ts'
import { type NotebookFile, parseNotebook, printNotebook } from '../notebook/ipynb.ts'
import { type FileContent, readNotebookFile, writeNotebookFile } from '../notebook/notebook-file.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { RunError } from './errors.ts'

/** The file that a run reads, and the one that it writes: whole, and never over what somebody else has written. */
export class RunFile {
  readonly #files: VolumeFileSystem
  readonly #target: string
  readonly #read: NotebookFile
  /** What the target held when it was last read or written. */
  #known: FileContent | undefined

  private constructor(
    files: VolumeFileSystem,
    target: string,
    read: NotebookFile,
    known: FileContent | undefined,
  ) {
    this.#files = files
    this.#target = target
    this.#read = read
    this.#known = known
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
    return new RunFile(files, target, read, known)
  }

  get notebook(): Notebook {
    return this.#read.notebook
  }

  /**
   * Writes the notebook; gives the path.
   *
   * @throws {RunError} `NOTEBOOK_CHANGED`: it is in another file then.
   * @throws {NotebookError} `SAVE_FAILED`
   */
  async write(notebook: Notebook): Promise<string> {
    const text = printNotebook({ notebook, besides: this.#read.besides })
    const found = await readNotebookFile(this.#files, this.#target)
    if (found?.hash !== this.#known?.hash) throw await this.#writeBeside(text)
    this.#known = await writeNotebookFile(this.#files, this.#target, text)
    return this.#target
  }

  async #writeBeside(text: string): Promise<RunError> {
    const folder = dirname(this.#target)
    const name = basename(this.#target, '.ipynb')
    let path = join(folder, `${name}-run.ipynb`)
    for (let n = 2; (await this.#files.stat(path)) !== undefined; n++) {
      path = join(folder, `${name}-run${n}.ipynb`)
    }
    await writeNotebookFile(this.#files, path, text)
    return new RunError(
      'NOTEBOOK_CHANGED',
      `Cannot write "${this.#target}": somebody changed it while its cells ran`,
      { hint: `Take the outputs from "${path}"` },
    )
  }
}
