import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SPCS = createRequire(import.meta.url).resolve('@spcs/cli/bin/spcs.cjs')

/** The notebook as its image has it, on a folder of its own. */
export interface NotebookApp extends AsyncDisposable {
  readonly process: ChildProcess
  /** The address that signs in. */
  readonly url: URL
  /** Where its notebooks are, and where it keeps results. */
  readonly directory: string
  readonly stateDirectory: string
}

/** Builds the notebook's image and starts what is in it. */
export async function startNotebookApp(): Promise<NotebookApp> {
  const root = mkdtempSync(join(tmpdir(), 'spcs-bench-'))
  const images = spawn(process.execPath, [SPCS, 'images', 'notebook', '--folder', root], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(images, 'exit')
  const directory = join(root, 'work')
  const stateDirectory = join(root, 'state')
  mkdirSync(directory)
  const child = spawn(process.execPath, [join(root, 'app/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      LOG_LEVEL: 'error',
      NOTEBOOK_DIRECTORY: directory,
      NOTEBOOK_STATE_DIRECTORY: stateDirectory,
    },
  })
  const url = new URL(await firstLine(child, /^(http:\S+)$/))
  return {
    process: child,
    url,
    directory,
    stateDirectory,
    async [Symbol.asyncDispose]() {
      await end(child)
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** What a request needs to be let in. */
export async function signIn({ url }: NotebookApp): Promise<{ cookie: string; origin: string }> {
  const answer = await fetch(url, { redirect: 'manual' })
  return {
    cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    origin: url.origin,
  }
}

/** Ends a process that we started, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  if (child.kill()) await exit
}

/** What the first line that fits says. */
export async function firstLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  if (child.stdout === null) throw new Error('nothing to read')
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line)?.[1]
    if (found !== undefined) return found
  }
  throw new Error('the server ended before it said where it listens')
}
