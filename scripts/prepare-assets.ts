import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CACHE_DIRECTORY, PROJECT, type WorkloadBuild } from './config.ts'
import { CliError } from './errors.ts'

/**
 * Runs the npm script that makes an app's assets, unless they are there and nothing has changed since: it takes longer
 * than the rest of the build.
 *
 * @param made What the script makes, from the folder of the project.
 * @param project The folder that all paths start from.
 * @throws {CliError} `PREPARE_FAILED` with what the script printed last.
 */
export async function prepareAssets(
  workload: string,
  { script, folder }: NonNullable<WorkloadBuild['prepare']>,
  made: readonly string[],
  project: URL = PROJECT,
): Promise<void> {
  const path = (part: string): string => fileURLToPath(new URL(part, project))
  const stamp = path(`${CACHE_DIRECTORY}/assets-${workload}`)
  const now = await sourcesKey([path(folder), path('package-lock.json')])
  if (made.every((part) => existsSync(path(part))) && (await maybeText(stamp)) === now) return
  try {
    await promisify(execFile)('npm', ['run', '--silent', script], { cwd: path(folder) })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const printed = `${stdout}${stderr}`.trim().split('\n').slice(-10).join('\n')
    throw new CliError('PREPARE_FAILED', `Cannot build assets of ${workload}: ${printed}`, {
      hint: `Run \`npm run ${script}\` in ${folder}`,
      cause: error,
    })
  }
  await mkdir(path(CACHE_DIRECTORY), { recursive: true })
  await writeFile(stamp, now)
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
