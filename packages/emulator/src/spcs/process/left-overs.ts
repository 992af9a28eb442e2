import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, maybeProcessIdentity, type ProcessIdentity } from '../../process-identity.ts'

/**
 * The processes that run, one file for each. An account that was killed cannot end them, so the next one does: those
 * that still are the very processes, and none that only has the number.
 */
export class LeftOvers {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  /** Call as soon as a process was started. */
  record(pid: number): void {
    const identity = maybeProcessIdentity(pid)
    if (identity !== undefined) writeFileSync(this.#path(pid), JSON.stringify(identity))
  }

  /** Call when it ended. */
  forget(pid: number): void {
    rmSync(this.#path(pid), { force: true })
  }

  /** Ends what is left, with everything that it started in turn; returns the pids. */
  end(): number[] {
    const ended: number[] = []
    for (const file of readdirSync(this.#directory)) {
      if (!/^\d+\.json$/.test(file)) continue
      const identity = maybeReadIdentity(join(this.#directory, file))
      if (identity !== undefined && isAlive(identity)) {
        killGroup(identity.pid)
        ended.push(identity.pid)
      }
      rmSync(join(this.#directory, file), { force: true })
    }
    return ended
  }

  #path(pid: number): string {
    return join(this.#directory, `${pid}.json`)
  }
}

/** Ends a process that was started as the head of a group, and the whole group with it. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nobody of the group is left, or (on macOS) all of them are on their way out.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function maybeReadIdentity(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // cut off while it was written
    throw error
  }
}
