import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))

/** `spcs` as a user runs it: a process of its own, with what it prints. */
export class SpcsProcess implements AsyncDisposable {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly #closed: Promise<number | null>

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [SPCS, ...words], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.#closed = once(this.child, 'close').then(([code]) => code as number | null)
  }

  /** The exit code, once the process has ended and everything it printed is here. */
  exitCode(): Promise<number | null> {
    return this.#closed
  }

  /** Waits until the text printed to stdout matches; fails with all it printed when it ends before. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout)
      if (match !== null) return match
      const more = this.child.stdout === null ? this.#closed : once(this.child.stdout, 'data')
      await Promise.race([more, this.#closed])
      if (this.child.exitCode !== null && !pattern.test(this.stdout)) {
        throw new Error(`spcs ended with ${this.child.exitCode}:\n${this.stdout}\n${this.stderr}`)
      }
    }
  }

  /** Ctrl-C, and the exit code that follows. */
  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT')
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM')
    await this.#closed
  }
}
