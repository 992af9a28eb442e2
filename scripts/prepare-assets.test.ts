import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CACHE_DIRECTORY } from './config.ts'
import { prepareAssets } from './prepare-assets.ts'

let folder: string
let app: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-prepare-'))
  app = join(folder, 'app')
  await mkdir(app)
  await useScript('echo run >> ../runs && cp page.txt "$OUT_DIR"')
  await writeFile(join(app, 'page.txt'), 'one')
})
afterEach(() => rm(folder, { recursive: true }))

function useScript(script: string): Promise<void> {
  return writeFile(join(app, 'package.json'), JSON.stringify({ scripts: { web: script } }))
}

function prepare(): Promise<string> {
  return prepareAssets(
    'notebook',
    { script: 'web', folder: 'app', to: 'web' },
    pathToFileURL(`${folder}/`),
  )
}

async function runs(): Promise<number> {
  return (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n').length
}

describe('prepareAssets()', { timeout: 20_000 }, () => {
  test('runs the script again only for changed sources or missing assets', async () => {
    const one = await prepare()
    expect(await prepare()).toBe(one)
    expect(await runs()).toBe(1)

    await writeFile(join(app, 'page.txt'), 'two')
    const two = await prepare()
    expect(await readFile(join(two, 'page.txt'), 'utf8')).toBe('two')
    expect(await readFile(join(one, 'page.txt'), 'utf8')).toBe('one')

    await rm(two, { recursive: true })
    expect(await prepare()).toBe(two)
    expect(await runs()).toBe(3)
  })

  test('never gives out what another build is just writing', async () => {
    await useScript('cp page.txt "$OUT_DIR/first.txt" && sleep 1 && cp page.txt "$OUT_DIR"')
    const whole = async (): Promise<string[]> => (await readdir(await prepare())).toSorted()
    const first = whole()
    const later = new Promise((resolve) => setTimeout(resolve, 500)).then(whole)
    expect(await Promise.all([first, whole(), later])).toEqual(
      Array.from({ length: 3 }, () => ['first.txt', 'page.txt']),
    )
    expect(await readdir(join(folder, CACHE_DIRECTORY))).toHaveLength(1)
  })

  test('removes assets of older sources after a day', async () => {
    const one = await prepare()
    await writeFile(join(app, 'page.txt'), 'two')
    const two = await prepare()
    expect(existsSync(one)).toBe(true)
    const longAgo = new Date(Date.now() - 2 * 24 * 60 * 60_000)
    await utimes(one, longAgo, longAgo)
    await writeFile(join(app, 'page.txt'), 'three')
    await prepare()
    expect([existsSync(one), existsSync(two)]).toEqual([false, true])
  })

  test('PREPARE_FAILED with what the script printed', async () => {
    await useScript('echo "page.txt:1 is wrong" && exit 1')
    await expect(prepare()).rejects.toMatchObject({
      code: 'PREPARE_FAILED',
      message: expect.stringContaining('page.txt:1 is wrong'),
    })
    expect(await readdir(join(folder, CACHE_DIRECTORY))).toEqual([])
  })
})
