import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toUSVString } from 'node:util'
import { CellError } from '../cell-error.ts'
import type { ResultRow } from '../../../results/result.ts'

const CHUNK_CHARACTERS = 256 * 1024

/** The rows of one result on their way to `<id>.rows`, see results/result.ts. */
export class ResultFile {
  readonly id: string
  readonly path: string
  readonly #file: FileHandle
  #lines: string[] = []
  #length = 0

  private constructor(id: string, path: string, file: FileHandle) {
    this.id = id
    this.path = path
    this.#file = file
  }

  /** @throws {CellError} `RESULT_NOT_WRITTEN` */
  static async create(directory: string): Promise<ResultFile> {
    const id = randomUUID()
    const path = join(directory, `${id}.rows`)
    try {
      await mkdir(directory, { recursive: true })
      return new ResultFile(id, path, await open(path, 'wx'))
    } catch (cause) {
      throw notWritten(cause)
    }
  }

  /** Rows gather until {@link writeMany} or {@link close}. */
  add(row: ResultRow): void {
    const line = printRow(row)
    this.#lines.push(line)
    this.#length += line.length
  }

  /** Writes what has gathered, once it is worth it: who adds rows waits for it, and reads no more of them meanwhile. */
  async writeMany(): Promise<void> {
    if (this.#length >= CHUNK_CHARACTERS) await this.#write()
  }

  /** After this the file is whole. */
  async close(): Promise<void> {
    await this.#write()
    await this.#file.close()
  }

  /** Takes back what was written, whatever is under way. */
  discard(): void {
    void this.#file.close().catch(() => undefined) // closed already
    rmSync(this.path, { force: true })
  }

  async #write(): Promise<void> {
    const text = this.#lines.join('')
    this.#lines = []
    this.#length = 0
    try {
      await this.#file.appendFile(text)
    } catch (cause) {
      throw notWritten(cause)
    }
  }
}

/** Rows that are here already, written at once; gives the result's id. */
export function writeResultFile(directory: string, rows: Iterable<ResultRow>): string {
  const id = randomUUID()
  try {
    mkdirSync(directory, { recursive: true })
    const lines = Array.from(rows, printRow)
    writeFileSync(join(directory, `${id}.rows`), lines.join(''), { flag: 'wx' })
  } catch (cause) {
    throw notWritten(cause)
  }
  return id
}

/** The rows of another result once more; gives their new id. */
export function linkResultFile(path: string): string {
  const id = randomUUID()
  linkSync(path, join(dirname(path), `${id}.rows`))
  return id
}

/** A row as a line of the file, of well-formed Unicode. */
function printRow(row: ResultRow): string {
  const line = `${JSON.stringify(row)}\n`
  // A half of a character alone is written as an escape, so most lines need no second look.
  if (!line.includes(HALF_CHARACTER)) return line
  return `${JSON.stringify(row.map((text) => (text === null ? null : toUSVString(text))))}\n`
}

const HALF_CHARACTER = String.raw`\ud`

function notWritten(cause: unknown): CellError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new CellError('RESULT_NOT_WRITTEN', `Cannot keep result: ${why}`, {
    hint: 'Make room on the disk of the notebook server, or read fewer rows',
    cause,
  })
}
