import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { askOverSocket } from '@spcs/notebook/testing/ask-over-socket'
import type { Hover } from '@spcs/notebook/language/language'
import { expect, test } from 'vitest'

const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))
const run = promisify(execFile)

const NOTEBOOK = JSON.stringify({
  cells: [{ cell_type: 'code', id: 'a', metadata: {}, source: 'const a = 1', outputs: [] }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
})

test("the notebook's image signs in by the address that it prints, and ends at once", async () => {
  const root = mkdtempSync(join(tmpdir(), 'spcs-image-'))
  let child: ChildProcessByStdio<null, Readable, null> | undefined
  try {
    await run(process.execPath, [SPCS, 'images', 'notebook', '--folder', root])
    mkdirSync(join(root, 'work'))
    await writeFile(join(root, 'work', 'a.ipynb'), NOTEBOOK)
    child = spawn(process.execPath, [join(root, 'app/main.js')], {
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
    await writeFile(join(root, 'work', 'help.ipynb'), HELP)
    const texts = await hoverTexts(new URL(url).host, cookie)
    expect(texts.map((text) => text.split('(')[0])).toEqual([
      'function printIdentifier',
      'function plot',
      'function connect',
      'function callUdf',
      'function readFileSync',
    ])
    // Highlighter, Markdown and parser are loaded when they are needed.
    for (const format of ['mts', 'md', 'html']) {
      const address = new URL(`/api/notebooks/export?path=a.ipynb&format=${format}`, url)
      const exported = await fetch(address, { headers: { cookie } })
      expect([format, exported.status, await exported.text()]).toEqual([
        format,
        200,
        expect.stringMatching(/const.* a/),
      ])
    }
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  } finally {
    child?.kill('SIGKILL')
    rmSync(root, { recursive: true, force: true })
  }
})

const IMPORTS = `import { printIdentifier } from '@spcs/sql'
import { plot } from '@observablehq/plot'
import { connect } from '@spcs/session'
import { callUdf } from '@spcs/dataframe'
import { readFileSync } from 'node:fs'`

const HELP = JSON.stringify({
  cells: [
    {
      id: 'one',
      cell_type: 'code',
      source: IMPORTS,
      metadata: {},
      outputs: [],
      execution_count: null,
    },
  ],
  metadata: { kernelspec: { name: 'typescript', display_name: 'TypeScript' } },
  nbformat: 4,
  nbformat_minor: 5,
})

/** The first line of what the image's language server says of each name that the notebook imports. */
async function hoverTexts(host: string, cookie: string): Promise<string[]> {
  const questions = [...IMPORTS.matchAll(/\{ (\w+)/g)].map(({ index }) => {
    return { type: 'hover', cellId: 'one', source: IMPORTS, offset: index + 3 } as const
  })
  const answers = await askOverSocket({ host, cookie, notebook: 'help.ipynb' }, questions)
  return answers.map((answer) => (answer as Hover | null)?.markdown.split('\n')[1] ?? '')
}
