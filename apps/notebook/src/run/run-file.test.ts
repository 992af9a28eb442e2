import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyCell } from '../notebook/apply-operation.ts'
import { MOUNTED_FILES, type VolumeFileSystem } from '../notebook/file-system.ts'
import { printNotebook } from '../notebook/ipynb.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { RunFile } from './run-file.ts'

function book(source: string): Notebook {
  return { cells: [emptyCell('a', 'typescript', source)], metadata: {} }
}

async function opened(
  files?: VolumeFileSystem,
): Promise<{ readonly path: string; readonly folder: string; readonly file: RunFile }> {
  const folder = temporaryFolder()
  const path = join(folder, 'a.ipynb')
  await writeFile(path, printNotebook({ notebook: book('0'), besides: {} }))
  return { folder, path, file: await RunFile.open(path, path, files) }
}

describe('RunFile', () => {
  test('writes again over what it wrote itself', async () => {
    const { file, path } = await opened()
    await file.finish(book('1'))
    expect(await file.finish(book('2'))).toBe(path)
    expect(await readFile(path, 'utf8')).toContain('"2"')
    expect(file.changed).toBeUndefined()
  })

  test('writes over what a write of its own left behind when it broke off', async () => {
    let isFull = false
    const { file, path } = await opened({
      ...MOUNTED_FILES,
      async write(target, content) {
        await MOUNTED_FILES.write(target, isFull ? content.subarray(0, 30) : content)
        if (isFull) throw new Error('ENOSPC')
      },
    })
    isFull = true
    await expect(file.finish(book('1'))).rejects.toMatchObject({ code: 'SAVE_FAILED' })
    isFull = false
    expect(await file.finish(book('2'))).toBe(path)
    expect(file.changed).toBeUndefined()
  })

  test('goes on in one file beside, once somebody else wrote', async () => {
    const { file, path, folder } = await opened()
    await file.finish(book('1'))
    await writeFile(path, 'theirs')
    const beside = join(folder, 'a-run.ipynb')
    expect(await file.finish(book('2'))).toBe(beside)
    expect(await file.finish(book('3'))).toBe(beside)
    expect(await readFile(path, 'utf8')).toBe('theirs')
    expect(await readFile(beside, 'utf8')).toContain('"3"')
    expect((await readdir(folder)).toSorted()).toEqual(['a-run.ipynb', 'a.ipynb'])
    expect(file.changed).toMatchObject({
      code: 'NOTEBOOK_CHANGED',
      hint: expect.stringContaining(beside),
    })
  })
})
