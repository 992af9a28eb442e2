import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type PluginBuild } from 'esbuild'
import type { Notebook } from '../notebook.ts'
import { Notebooks } from '../notebooks.ts'
import type { Folder } from './folder.ts'

/** What a server that was killed had promised, and what is there after recovery. */
export interface Kill {
  /** The last number that was acknowledged, over all servers so far; 0 when none was. */
  readonly acknowledged: number
  /** The last number whose run ended before the kill; 0 when none did. */
  readonly printed: number
  /** The last number whose run was asked for: its start clears what was printed before. */
  readonly running: number
  readonly notebook: Notebook
  readonly wasTorn: boolean
}

/** What was promised and is not there. */
export function lossesOf({ notebook, acknowledged, printed, running }: Kill): readonly string[] {
  const [typed, ran, ...more] = notebook.cells
  const numbers = (typed?.source ?? '').split(';').filter((text) => text !== '')
  // One may be there that was not acknowledged any more; it is typed again with the same number.
  const known = [...new Set(numbers.map(Number))]
  const losses: string[] = []
  if (known.some((number, at) => number !== at + 1)) losses.push(`a gap in ${known.join()}`)
  if (known.length < acknowledged) losses.push(`${acknowledged} typed, ${known.length} there`)
  if (more.length > 0) losses.push(`${notebook.cells.map(({ id }) => id).join()}: cells doubled`)
  const shown = ran?.outputs.map((output) => (output.type === 'stream' ? output.text : '')).join('')
  const last = Number(shown?.split(' ')[1] ?? 0)
  if (last < printed && running === printed) losses.push(`${printed} printed, ${last} there`)
  return losses
}

/** Kills one server after another at random moments, and gives what recovery finds after each. */
export async function* killServers(folder: Folder, times: number): AsyncGenerator<Kill> {
  const program = join(folder.stateDirectory, 'kill-child.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('kill-child.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@spcs/source'],
    // Its native part is not found from the temporary folder.
    plugins: [{ name: 'oxc-parser where it is', setup: keepParserOutside }],
    logLevel: 'error',
  })
  let acknowledged = 0
  let printed = 0
  let running = 0
  for (let n = 0; n < times; n++) {
    const server = spawn(
      process.execPath,
      [program, folder.root, folder.stateDirectory, String(acknowledged + 1)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const ended = once(server, 'exit')
    // Every third one dies while it recovers, the others somewhere in their work.
    const lines = createInterface({ input: server.stdout })
    for await (const line of lines) {
      const [what, number] = line.split(' ')
      if (what === 'acknowledged') acknowledged = Number(number)
      if (what === 'running') running = Number(number)
      if (what === 'printed') printed = Number(number)
      if (what === 'begun') {
        setTimeout(() => server.kill('SIGKILL'), Math.random() * (n % 3 === 0 ? 15 : 150))
      }
    }
    const [, signal] = (await ended) as [number | null, string | null]
    if (signal !== 'SIGKILL') throw new Error('the server ended by itself')
    // Half of the time the next server has to recover what this one left.
    if (n % 2 === 0 && n < times - 1) continue
    const wasTorn = await folder.read().then(
      () => false,
      () => true,
    )
    await using notebooks = new Notebooks(folder.options())
    const failed = (await notebooks.recover()).filter(({ problem }) => problem !== null)
    if (failed.length > 0) throw new Error(JSON.stringify(failed))
    yield { acknowledged, printed, running, notebook: await folder.read(), wasTorn }
  }
}

function keepParserOutside(bundler: PluginBuild): void {
  const parser = createRequire(import.meta.url).resolve('oxc-parser')
  bundler.onResolve({ filter: /^oxc-parser$/ }, () => ({
    path: pathToFileURL(parser).href,
    external: true,
  }))
}
