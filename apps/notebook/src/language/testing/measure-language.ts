import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LanguageCell } from '../language.ts'
import { TypeScriptServer } from '../typescript-server.ts'

export interface LanguageFigures {
  /** From no process at all to the first completion of a notebook that was never looked at. */
  readonly firstCompletionMs: number
  /** The middle one of nine: a cell is edited, and asked at once. */
  readonly completionAfterEditMs: number
  /** From a change in the first cell until the diagnostics of the last one are there, without the wait for a pause. */
  readonly diagnosticsMs: number
  /** Of the language server's process at the end. */
  readonly residentBytes: number
}

/** How fast the language server is with a notebook of so many cells, each of which uses what the one before declares. */
export async function measureLanguage(count: number): Promise<LanguageFigures> {
  const root = await mkdtemp(join(tmpdir(), 'spcs-language-bench-'))
  const cells = Array.from({ length: count }, (_, n) => cell(n))
  const lastId = `cell${count - 1}`
  const asked = `v${count - 2}.`
  const begin = performance.now()
  const server = await TypeScriptServer.start({
    directory: root,
    folder: join(root, 'language'),
    quietMs: 0,
  })
  try {
    server.update(cells)
    const { items } = await server.complete(lastId, asked, asked.length)
    const firstCompletionMs = performance.now() - begin
    if (!items.some(({ label }) => label === 'sum')) throw new Error('Nothing was completed')
    const times: number[] = []
    for (let edit = 0; edit < 9; edit += 1) {
      const source = `const edit${edit} = ${asked}`
      const from = performance.now()
      await server.complete(lastId, source, source.length)
      times.push(performance.now() - from)
    }
    const from = performance.now()
    const found = new Promise((resolve) => {
      server.onDiagnostics((cellId) => cellId === lastId && resolve(cellId))
    })
    server.update([
      { ...cell(0), source: 'const v0 = { sum: "text" }', version: 2 },
      ...cells.slice(1),
    ])
    await found
    return {
      firstCompletionMs,
      completionAfterEditMs: times.toSorted((a, b) => a - b)[4] ?? Number.NaN,
      diagnosticsMs: performance.now() - from,
      residentBytes: await residentBytes(server.pid),
    }
  } finally {
    await server.close()
    await rm(root, { recursive: true, force: true })
  }
}

function cell(n: number): LanguageCell {
  const before = n === 0 ? '1' : `v${n - 1}.sum`
  const source = `const v${n} = { sum: ${before}, list: [1, 2, 3].map((each) => String(each)) }
function f${n}(argument: number) {
  return argument * Number(v${n}.sum)
}
for (const text of v${n}.list) console.log(text.toUpperCase())
v${n}.sum.toFixed(1)`
  return { id: `cell${n}`, kind: 'typescript', source, version: 1 }
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Number(stdout) * 1024
}
