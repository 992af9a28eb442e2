import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../testing/test-account.ts'
import { unpackLayer } from './unpack-layer.ts'

type Entry = Partial<Header> & Pick<Header, 'name'> & { readonly content?: string }

describe('unpackLayer()', () => {
  test('writes files, folders and links, and the modes of files', async () => {
    const root = await unpacked([
      { name: 'app/', type: 'directory' },
      { name: 'app/main.js', content: 'main' },
      { name: './usr/bin/tool', content: 'tool', mode: 0o4755 },
      { name: 'app/link.js', type: 'symlink', linkname: 'main.js' },
      { name: 'app/tool', type: 'symlink', linkname: '/usr/bin/tool' },
      { name: 'app/same.js', type: 'link', linkname: 'app/main.js' },
      { name: 'dev/null', type: 'character-device' },
    ])
    expect(read(root, 'app/main.js')).toBe('main')
    expect(read(root, 'app/link.js')).toBe('main')
    expect(read(root, 'app/same.js')).toBe('main')
    expect(readlinkSync(join(root, 'app/tool'))).toBe('../usr/bin/tool')
    expect(read(root, 'app/tool')).toBe('tool')
    expect(lstatSync(join(root, 'usr/bin/tool')).mode & 0o7777).toBe(0o755)
    expect(readdirSync(join(root, 'dev'))).toEqual([])
  })

  test('puts a layer over the ones below: replaces, removes, empties', async () => {
    const root = await unpacked(
      [
        { name: 'keep', content: 'below' },
        { name: 'gone', content: 'below' },
        { name: 'folder/old', content: 'below' },
        { name: 'file-then-folder', content: 'below' },
        { name: 'opaque/old', content: 'below' },
        { name: 'link', type: 'symlink', linkname: 'keep' },
      ],
      [
        { name: '.wh.gone' },
        { name: 'folder/.wh.old' },
        { name: 'file-then-folder', type: 'directory' },
        { name: 'file-then-folder/inside', content: 'above' },
        { name: 'opaque/new', content: 'above' },
        { name: 'opaque/.wh..wh..opq' },
        { name: 'link', content: 'above' },
      ],
    )
    expect(readdirSync(root).toSorted()).toEqual([
      'file-then-folder',
      'folder',
      'keep',
      'link',
      'opaque',
    ])
    expect(readdirSync(join(root, 'folder'))).toEqual([])
    expect(readdirSync(join(root, 'opaque'))).toEqual(['new'])
    expect(read(root, 'file-then-folder/inside')).toBe('above')
    expect([read(root, 'keep'), read(root, 'link')]).toEqual(['below', 'above'])
  })

  test.each<[string, readonly Entry[]]>([
    ['a path with ..', [{ name: '../evil', content: 'x' }]],
    ['a path with .. inside', [{ name: 'app/../../evil', content: 'x' }]],
    ['a link upwards', [{ name: 'link', type: 'symlink', linkname: '../evil' }]],
    ['a hard link upwards', [{ name: 'link', type: 'link', linkname: '../evil' }]],
    ['an absolute link upwards', [{ name: 'link', type: 'symlink', linkname: '/../../evil' }]],
  ])('refuses %s', async (_what, entries) => {
    await expect(unpacked(entries)).rejects.toThrow('leaves the image')
  })

  test('writes through a link only where it stays inside', async () => {
    const root = await unpacked([
      { name: 'real/', type: 'directory' },
      { name: 'link', type: 'symlink', linkname: '/real' },
      { name: 'link/file', content: 'through' },
    ])
    expect(read(root, 'real/file')).toBe('through')
  })

  test('does not follow links that only together lead outside', async () => {
    const entries: readonly Entry[] = [
      { name: 'a/', type: 'directory' },
      { name: 'a/here', type: 'symlink', linkname: '..' },
      { name: 'a/here/up', type: 'symlink', linkname: '..' },
      { name: 'up/evil', content: 'x' },
    ]
    await expect(unpacked(entries)).rejects.toThrow('leaves the image')
  })

  test('fails on a layer that is no archive', async () => {
    const folder = temporaryDirectory()
    await expect(unpackLayer(Readable.from([Buffer.alloc(2000, 'x')]), folder)).rejects.toThrow(
      'Invalid tar header',
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

async function unpacked(...layers: (readonly Entry[])[]): Promise<string> {
  const root = join(temporaryDirectory(), 'rootfs')
  mkdirSync(root)
  for (const entries of layers) {
    const tar = pack()
    for (const { content, ...header } of entries) tar.entry(header, content ?? '')
    tar.finalize()
    await unpackLayer(Readable.from(tar), root)
  }
  return root
}

function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
