import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

test('the bundle answers alone, in a folder without node_modules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'convert-api-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const bundle = join(folder, 'main.mjs')
  const build = ['run', 'build:main', '--', `--outfile=${bundle}`]
  await run('npm', build, { cwd: new URL('..', import.meta.url) })

  const main = spawn(process.execPath, [bundle], {
    cwd: folder,
    env: { PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void main.kill('SIGKILL'))
  let url: string | undefined
  for await (const line of createInterface(main.stdout)) {
    url = /listening at (http:[^"]+)/.exec(line)?.[1]
    if (url !== undefined) break
  }
  const response = await fetch(new URL('/convert', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"data": [[0, 12],[1,19],[2,18],[3,23]]}',
  })
  expect(await response.text()).toBe('{"data":[[0,53.6],[1,66.2],[2,64.4],[3,73.4]]}')
})
