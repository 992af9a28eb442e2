import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server in a process of its own. */
export interface StartedServer extends AsyncDisposable {
  readonly name: string
  readonly process: ChildProcess
  readonly url: URL
}

/**
 * A spawned server, once its output says `listening at http://…`. What it prints from then on is read and dropped.
 * It ends with this process at the latest.
 */
export async function startServer(name: string, child: ChildProcess): Promise<StartedServer> {
  const onExit = (): void => void child.kill()
  process.once('exit', onExit)
  try {
    const address = await firstLine(child, /listening at:? (http:[^"\s]+)/i)
    child.stdout?.resume()
    return {
      name,
      process: child,
      url: new URL(address),
      async [Symbol.asyncDispose]() {
        process.off('exit', onExit)
        await end(child)
      },
    }
  } catch (error) {
    process.off('exit', onExit)
    await end(child)
    throw error
  }
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

/** Ends a process that we started, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  if (child.kill()) await exit
}
