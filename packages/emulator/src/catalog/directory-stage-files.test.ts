import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/test-account.ts'
import { DirectoryStageFiles } from './directory-stage-files.ts'
import type { Stage } from './objects.ts'

const stage: Stage = {
  kind: 'STAGE',
  id: '0123456789abcdef',
  database: 'D',
  schema: 'PUBLIC',
  name: 'SPECS',
  createdOn: '',
  owner: '',
  comment: '',
  encryption: 'SNOWFLAKE_SSE',
  directoryEnabled: false,
  sessionId: null,
}

let root: string
let files: DirectoryStageFiles
beforeEach(() => {
  root = temporaryDirectory()
  files = new DirectoryStageFiles(root)
})
afterEach(() => rmSync(root, { recursive: true }))

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const paths = async (prefix?: string): Promise<string[]> =>
  (await files.list(stage, prefix)).map(({ path }) => path)

async function* parts(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('he')
  yield Buffer.from('llo')
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bad')
  throw new Error('cut')
}

describe('DirectoryStageFiles', () => {
  test('gives back what was written, and lists it with size and digest', async () => {
    await files.write(stage, 'b/spec.yaml', Buffer.from('spec: {}'))
    await files.write(stage, 'a.txt', Buffer.from('one'))
    expect((await files.read(stage, 'b/spec.yaml')).toString()).toBe('spec: {}')
    expect(await files.list(stage)).toEqual([
      { path: 'a.txt', size: 3, md5: md5('one'), lastModified: expect.stringMatching(/Z$/) },
      { path: 'b/spec.yaml', size: 8, md5: md5('spec: {}'), lastModified: expect.any(String) },
    ])
    await files.write(stage, 'a.txt', Buffer.from('two!'))
    expect(await files.list(stage, 'a')).toMatchObject([{ size: 4, md5: md5('two!') }])
  })

  test('streams, and leaves the old file when the stream breaks', async () => {
    await files.write(stage, 'x', parts())
    await expect(files.write(stage, 'x', broken())).rejects.toThrow('cut')
    expect((await files.read(stage, 'x')).toString()).toBe('hello')
    expect(readdirSync(join(root, '.incoming'))).toEqual([])
  })

  test('sees what an application wrote into the folder', async () => {
    writeFileSync(join(files.directory(stage), 'note.ipynb'), '{}')
    expect(await paths()).toEqual(['note.ipynb'])
  })

  test('removes a file with the folders that it leaves empty', async () => {
    await files.write(stage, 'a/b/c', Buffer.from(''))
    await files.write(stage, 'a/d', Buffer.from(''))
    await files.remove(stage, 'a/b/c')
    expect(await paths()).toEqual(['a/d'])
    expect(existsSync(join(files.directory(stage), 'a/b'))).toBe(false)
    await files.remove(stage, 'a/b/c')
  })

  test('drops the stage with all that is in it', async () => {
    await files.write(stage, 'a', Buffer.from(''))
    await files.drop(stage)
    expect(existsSync(join(root, stage.id))).toBe(false)
    expect(await paths()).toEqual([])
  })

  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', '', 'a/', 'a\\b', 'a\0b'])(
    'refuses the path %j',
    async (path) => {
      await expect(files.write(stage, path, Buffer.from('x'))).rejects.toMatchObject({
        code: '253006',
      })
      await expect(files.read(stage, path)).rejects.toMatchObject({ code: '253006' })
      await expect(files.remove(stage, path)).rejects.toMatchObject({ code: '253006' })
    },
  )

  test('neither follows nor lists links', async () => {
    const outside = join(root, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'secret'), 'secret')
    symlinkSync(outside, join(files.directory(stage), 'folder'))
    symlinkSync(join(outside, 'secret'), join(files.directory(stage), 'file'))
    expect(await paths()).toEqual([])
    for (const path of ['folder/secret', 'file']) {
      await expect(files.read(stage, path)).rejects.toThrow('link')
      await expect(files.write(stage, path, Buffer.from('x'))).rejects.toThrow('link')
    }
  })

  test('says that a file is not there, or that something is in its way', async () => {
    await expect(files.read(stage, 'nope')).rejects.toThrow("File 'nope' does not exist")
    await files.write(stage, 'a', Buffer.from(''))
    await expect(files.read(stage, 'a/b')).rejects.toThrow("File 'a/b' does not exist")
    await expect(files.write(stage, 'a/b', Buffer.from(''))).rejects.toThrow('in its way')
    await files.write(stage, 'c/d', Buffer.from(''))
    await expect(files.write(stage, 'c', Buffer.from(''))).rejects.toThrow('in its way')
  })
})
