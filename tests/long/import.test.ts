import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SpcsProcess } from '../e2e/spcs-process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROJECT_FILE = fileURLToPath(new URL('../fixtures/import/snowflake.yml', import.meta.url))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spcs-import-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('what `spcs import` writes passes the compiler', async () => {
  const output = join(folder, 'spcs.config.ts')
  await using spcs = new SpcsProcess(['import', PROJECT_FILE, '--output', output])
  expect([await spcs.exitCode(), spcs.stdout]).toEqual([0, `${output}\n`])
  const settings = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
    files: [output],
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder])
  expect(stdout).toBe('')
})
