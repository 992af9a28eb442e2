import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readNotebookFile, writeNotebookFile } from './notebook-file.ts'
import { Folder } from './testing/folder.ts'

let folder: Folder
let file: string
beforeEach(async () => {
  folder = await Folder.make()
  file = join(folder.root, 'sub', 'a.ipynb')
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
})

describe('writeNotebookFile()', () => {
  test('writes the whole file once and reads it back', async () => {
    const written = await writeNotebookFile(folder.files, file, 'é\n')
    expect(await readFile(file, 'utf8')).toBe('é\n')
    expect(folder.files.calls).toEqual(['write', 'read'])
    expect(await readNotebookFile(folder.files, file)).toEqual(written)
    expect(await readNotebookFile(folder.files, `${file}.none`)).toBeUndefined()
  })

  test('does not believe a volume that gives back something else', async () => {
    const files = { ...folder.files, read: () => Promise.resolve(Buffer.from('other')) }
    await expect(writeNotebookFile(files, file, 'mine')).rejects.toMatchObject({
      code: 'SAVE_FAILED',
      message: expect.stringContaining('holds something else') as unknown,
    })
    const gone = { ...folder.files, read: () => Promise.resolve(undefined) }
    await expect(writeNotebookFile(gone, file, 'mine')).rejects.toThrow('the file is gone')
  })
})
