import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type AssetScript, CACHE_DIRECTORY, PROJECT } from './config.ts'
import { CliError } from './errors.ts'

/**
 * Runs the npm script that makes an app's assets, unless it has run for these very sources: it takes longer than the
 * rest of the build. The script is told its folder in OUT_DIR. That folder is named for the sources and comes into
 * being whole, so that several builds at a time never pack what another one is just writing.
 *
 * @param project The folder that all paths start from.
 * @returns The folder with the assets; nobody changes it.
 * @throws {CliError} `PREPARE_FAILED` with what the script printed last.
 */
export async function prepareAssets(
  workload: string,
  { script, folder, sources = [] }: AssetScript,
  project: URL = PROJECT,
): Promise<string> {
  const path = (part: string): string => fileURLToPath(new URL(part, project))
  const key = await sourcesKey([folder, ...sources, 'package-lock.json'].map(path))
  const prefix = `assets-${workload}-${script.replaceAll(':', '-')}-`
  const assets = path(`${CACHE_DIRECTORY}/${prefix}${key.slice(0, 16)}`)
  if (existsSync(assets)) return assets
  const unfinished = `${assets}-${randomUUID()}`
  await mkdir(unfinished, { recursive: true })
  try {
    await promisify(execFile)('npm', ['run', '--silent', script], {
      cwd: path(folder),
      // An image's own, whatever this process runs as: a test, for one.
      env: { ...process.env, NODE_ENV: 'production', OUT_DIR: unfinished },
    })
    await rename(unfinished, assets)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (existsSync(assets)) return assets // another build was first, with the same sources
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const printed = `${stdout}${stderr}`.trim().split('\n').slice(-10).join('\n')
    throw new CliError('PREPARE_FAILED', `Cannot build assets of ${workload}: ${printed}`, {
      hint: `Run \`npm run ${script}\` in ${folder}`,
      cause: error,
    })
  }
  await removeOld(dirname(assets), prefix)
  return assets
}

const DAY_MS = 24 * 60 * 60_000

/** Removes what older sources, and builds that were killed, have left; nothing that a build may be packing just now. */
async function removeOld(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder)
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const path = join(folder, name)
    const made = await stat(path).catch(() => undefined) // another build may have finished or removed it
    if (made !== undefined && Date.now() - made.mtimeMs > DAY_MS)
      await rm(path, { recursive: true, force: true })
  }
}

/** Changes with every file that may go into the assets. */
async function sourcesKey(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const add = async (path: string): Promise<void> => {
    const entries = await maybeEntries(path)
    if (entries === undefined) {
      hash.update(`${path}\n`).update((await maybeText(path)) ?? '')
      return
    }
    for (const name of entries) {
      if (!MADE.has(name) && !name.endsWith('.test.ts')) await add(join(path, name))
    }
  }
  for (const path of paths) await add(path)
  return hash.digest('hex')
}

/** What builds write, and others bring. */
const MADE = new Set(['dist', 'node_modules', '.turbo'])

async function maybeEntries(path: string): Promise<string[] | undefined> {
  try {
    return (await readdir(path)).toSorted()
  } catch {
    return undefined // a file, or nothing
  }
}

async function maybeText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined // not there
  }
}
