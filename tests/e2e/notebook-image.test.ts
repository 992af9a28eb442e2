import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))
const run = promisify(execFile)

test("the notebook's image signs in by the address that it prints, and ends at once", async () => {
  const root = mkdtempSync(join(tmpdir(), 'spcs-image-'))
  try {
    await run(process.execPath, [SPCS, 'images', 'notebook', '--folder', root])
    mkdirSync(join(root, 'work'))
    const child = spawn(process.execPath, [join(root, 'app/main.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        LOG_LEVEL: 'error',
        NOTEBOOK_DIRECTORY: join(root, 'work'),
        NOTEBOOK_STATE_DIRECTORY: join(root, 'state'),
      },
    })
    const exit = once(child, 'exit')
    let url = ''
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('http:')) {
        url = line
        break
      }
    }
    const answer = await fetch(url, { redirect: 'manual' })
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    const page = await fetch(new URL('/', url), { headers: { cookie } })
    expect(await page.text()).toContain('<div id="root">')
    const me = await fetch(new URL('/api/me', url), { headers: { cookie } })
    expect(await me.json()).toMatchObject({ mode: 'token' })
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
