import { createHash } from 'node:crypto'
import { NotebookError } from './errors.ts'
import type { VolumeFileSystem } from './file-system.ts'

/** What a file holds, with the name of its content. */
export interface FileContent {
  readonly text: string
  /** SHA-256 of the bytes: what tells one content from another; times of a volume do not. */
  readonly hash: string
}

/** Reads a notebook's file; gives undefined when there is none. */
export async function readNotebookFile(
  files: VolumeFileSystem,
  path: string,
): Promise<FileContent | undefined> {
  const bytes = await files.read(path)
  return bytes && { text: bytes.toString('utf8'), hash: hashContent(bytes) }
}

/**
 * Writes a notebook's file as a volume wants it: whole, from start to end, once; then reads it back.
 *
 * @throws {NotebookError} `SAVE_FAILED` when the volume refuses, or gives back something else.
 */
export async function writeNotebookFile(
  files: VolumeFileSystem,
  path: string,
  text: string,
): Promise<FileContent> {
  const bytes = Buffer.from(text, 'utf8')
  const hash = hashContent(bytes)
  const written = await writeAndReadBack(files, path, bytes)
  if (written === hash) return { text, hash }
  const what = written === undefined ? 'the file is gone' : 'the file holds something else'
  throw new NotebookError('SAVE_FAILED', `Cannot save "${path}": after the write ${what}`, {
    hint: 'Save again; if it happens again, download the notebook and look at the volume',
  })
}

export function hashContent(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

async function writeAndReadBack(
  files: VolumeFileSystem,
  path: string,
  bytes: Buffer,
): Promise<string | undefined> {
  try {
    await files.write(path, bytes)
    const back = await files.read(path)
    return back && hashContent(back)
  } catch (error) {
    const { message } = error as Error
    throw new NotebookError('SAVE_FAILED', `Cannot save "${path}": ${message}`, {
      hint: 'Check that the volume has room and may be written to',
      cause: error,
    })
  }
}
