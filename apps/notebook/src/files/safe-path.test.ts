import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { ownPlace, safePath, type ServedFolder } from './safe-path.ts'

/** work/ is served; workshop/ begins with the same letters; work/session is forbidden, state/ beside it too. */
function served(): ServedFolder {
  const root = temporaryFolder()
  const directory = join(root, 'work')
  for (const folder of ['work/sub', 'work/session', 'work/.hidden', 'workshop', 'state']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const file of [
    'work/a.ipynb',
    'work/sub/b.txt',
    'work/session/token',
    'work/.hidden/secret',
    'work/.npmrc',
    'workshop/secret',
    'state/journal',
    'secret',
  ]) {
    writeFileSync(join(root, file), 'x')
  }
  symlinkSync('../secret', join(directory, 'out'))
  symlinkSync('../workshop', join(directory, 'out-folder'))
  symlinkSync('../not-there', join(directory, 'dangling'))
  symlinkSync('.hidden', join(directory, 'to-hidden'))
  symlinkSync('session/token', join(directory, 'to-token'))
  symlinkSync('a.ipynb', join(directory, 'inside'))
  symlinkSync('loop', join(directory, 'loop'))
  return { directory, forbidden: [join(directory, 'session'), join(root, 'state'), '/not/there'] }
}

describe('safePath()', () => {
  test.each([
    '..',
    '../secret',
    '../workshop/secret',
    'sub/../../secret',
    'sub/..',
    './a.ipynb',
    'sub//b.txt',
    'sub/',
    '/etc/passwd',
    '//etc/passwd',
    'C:\\windows',
    '..\\secret',
    'sub\\..\\..\\secret',
    '%2e%2e/secret',
    '%2e%2e%2fsecret',
    '..%2fsecret',
    '%252e%252e%252fsecret'.replace('%25', '%'),
    '\u2024\u2024/secret', // one dot leader, twice: NFKC makes it ..
    '\uff0e\uff0e\uff0fsecret', // full-width
    '\uff0e\uff0e/secret',
    '\u2025/secret', // two dot leader
    'a\0.ipynb',
    'a.ipynb\0.txt',
    'a\n.ipynb',
    '.npmrc',
    '.hidden/secret',
    'sub/.git/config',
    'out',
    'out-folder/secret',
    'out-folder',
    'dangling',
    'to-hidden/secret',
    'to-token',
    'session/token',
    'session',
    'loop',
    'x'.repeat(1025),
  ])('refuses %j (CVE-2026-35397, CVE-2026-5422)', async (path) => {
    await expect(safePath(served(), path)).rejects.toMatchObject({ code: 'PATH_REFUSED' })
  })

  test('gives the one real path of what is inside, there or not yet', async () => {
    const folder = served()
    const paths = [
      '',
      'a.ipynb',
      'sub/b.txt',
      'sub/new.ipynb',
      'inside',
      '<img src=x onerror=y>.ipynb',
      'ä 100%.txt',
    ]
    const found = await Promise.all(paths.map((path) => safePath(folder, path)))
    expect(found.map(({ path }) => path)).toEqual([
      '',
      'a.ipynb',
      'sub/b.txt',
      'sub/new.ipynb',
      'a.ipynb',
      '<img src=x onerror=y>.ipynb',
      'ä 100%.txt',
    ])
    expect(found[2]?.absolute).toBe(join(folder.directory, 'sub/b.txt'))
  })

  test('finds nothing in a folder that is not there, or is none', async () => {
    for (const path of ['nowhere/a.ipynb', 'a.ipynb/b']) {
      await expect(safePath(served(), path)).rejects.toMatchObject({ code: 'FILE_MISSING' })
    }
  })

  test('serves everything but what is forbidden when the root of the file system is served', async () => {
    const root = { directory: '/', forbidden: ['/proc'] }
    expect((await safePath(root, 'etc')).absolute).toBe('/etc')
    await expect(safePath(root, 'proc/version')).rejects.toMatchObject({ code: 'PATH_REFUSED' })
  })
})

describe('ownPlace()', () => {
  test('is the link, not what it leads to', async () => {
    const folder = served()
    expect(await ownPlace(folder, 'out')).toEqual({
      path: 'out',
      absolute: join(folder.directory, 'out'),
    })
  })

  test.each(['', '..', 'out-folder/secret', '.npmrc', 'session', 'session/token'])(
    'refuses %j',
    async (path) => {
      await expect(ownPlace(served(), path)).rejects.toMatchObject({ code: 'PATH_REFUSED' })
    },
  )
})
