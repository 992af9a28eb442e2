import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findTypeScript } from '@spcs/notebook/language/find-typescript'
import { RpcProcess } from '@spcs/notebook/language/rpc-process'
import type { LanguageSession } from './language-run.ts'

/** The floor: `tsc --lsp --stdio` on one file with all cells in it; it is started with the first question. */
export async function bareTypeScript(sources: readonly string[]): Promise<LanguageSession> {
  const directory = await mkdtemp(join(tmpdir(), 'spcs-bench-typescript-'))
  const uri = pathToFileURL(join(directory, 'cells.ts')).href
  const above = `${sources.join('\n')}\n`
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(PROJECT))
  await writeFile(join(directory, 'cells.ts'), above)
  let rpc: RpcProcess | undefined
  let version = 0
  const show = async (text: string): Promise<RpcProcess> => {
    version += 1
    if (rpc === undefined) {
      rpc = await start(directory)
      const textDocument = { uri, languageId: 'typescript', version, text }
      rpc.notify('textDocument/didOpen', { textDocument })
    } else {
      const textDocument = { uri, version }
      rpc.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] })
    }
    return rpc
  }
  return {
    async enter() {
      await (await show(above)).request('textDocument/diagnostic', { textDocument: { uri } })
    },
    async complete(source) {
      const text = above + source
      const server = await show(text)
      const lines = text.split('\n')
      const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 }
      const answer = await server.request('textDocument/completion', {
        textDocument: { uri },
        position,
      })
      return (answer as { items: readonly { label: string }[] }).items.map(({ label }) => label)
    },
    rested: () => Promise.resolve(),
    async [Symbol.asyncDispose]() {
      await rpc?.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const PROJECT = {
  compilerOptions: {
    target: 'esnext',
    lib: ['esnext'],
    module: 'preserve',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    // Node's types cost the notebook's cells as well.
    types: ['node'],
    typeRoots: [
      dirname(dirname(createRequire(import.meta.url).resolve('@types/node/package.json'))),
    ],
  },
}

async function start(directory: string): Promise<RpcProcess> {
  const rpc = new RpcProcess({
    command: findTypeScript(),
    arguments: ['--lsp', '--stdio'],
    directory,
    answer: () => null,
  })
  await rpc.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(directory).href,
    capabilities: {},
  })
  rpc.notify('initialized', {})
  return rpc
}
