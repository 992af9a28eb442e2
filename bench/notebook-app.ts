import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, firstLine } from './start-server.ts'
import { writeImage } from './write-image.ts'

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
  await writeImage('notebook', root)
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
