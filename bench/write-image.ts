import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SPCS = createRequire(import.meta.url).resolve('@spcs/cli/bin/spcs.cjs')

/** Builds a workload's image and writes what is in it to a folder; the program is `app/main.js`. */
export async function writeImage(workload: string, folder: string): Promise<void> {
  const images = spawn(process.execPath, [SPCS, 'images', workload, '--folder', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(images, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`spcs images ${workload} ended with ${code}`)
}
