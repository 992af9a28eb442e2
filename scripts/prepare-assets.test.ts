import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareAssets } from './prepare-assets.ts'

let folder: string
let app: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-prepare-'))
  app = join(folder, 'app')
  await mkdir(app)
  await useScript('mkdir -p dist && echo run >> dist/runs && cp page.txt dist/page.txt')
  await writeFile(join(app, 'page.txt'), 'one')
})
afterEach(() => rm(folder, { recursive: true }))

function useScript(script: string): Promise<void> {
  return writeFile(join(app, 'package.json'), JSON.stringify({ scripts: { web: script } }))
}

function prepare(): Promise<void> {
  const made = ['app/dist/page.txt']
  const project = pathToFileURL(`${folder}/`)
  return prepareAssets('notebook', { script: 'web', folder: 'app' }, made, project)
}

async function runs(): Promise<number> {
  return (await readFile(join(app, 'dist/runs'), 'utf8')).trim().split('\n').length
}

describe('prepareAssets()', () => {
  test(
    'runs the script again only for changed sources or missing assets',
    { timeout: 20_000 },
    async () => {
      await prepare()
      await prepare()
      expect(await runs()).toBe(1)
      await writeFile(join(app, 'page.txt'), 'two')
      await prepare()
      expect(await readFile(join(app, 'dist/page.txt'), 'utf8')).toBe('two')
      await rm(join(app, 'dist/page.txt'))
      await prepare()
      expect(await runs()).toBe(3)
    },
  )

  test('PREPARE_FAILED with what the script printed', { timeout: 20_000 }, async () => {
    await useScript('echo "page.txt:1 is wrong" && exit 1')
    await expect(prepare()).rejects.toMatchObject({
      code: 'PREPARE_FAILED',
      message: expect.stringContaining('page.txt:1 is wrong'),
    })
  })
})
