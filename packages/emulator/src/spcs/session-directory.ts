import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tokens } from '../tokens.ts'

export interface SessionDirectoryOptions {
  readonly path: string
  readonly tokens: Tokens
  /** Key of the service that the tokens speak for. */
  readonly service: string
  readonly rotationMs: number
  readonly lifeMs: number
}

/**
 * The folder that a container has at `/snowflake/session`: a token to sign in with, renewed all the time. Whoever
 * keeps a token for longer than its life is told that it expired, as in Snowflake.
 */
export class SessionDirectory {
  readonly path: string
  readonly #options: SessionDirectoryOptions
  readonly #timer: NodeJS.Timeout
  readonly #issued: string[] = []

  constructor(options: SessionDirectoryOptions) {
    this.path = options.path
    this.#options = options
    mkdirSync(this.path, { recursive: true })
    this.#rotate()
    this.#timer = setInterval(() => this.#rotate(), options.rotationMs).unref()
  }

  /** Takes the tokens back and removes the folder. */
  close(): void {
    clearInterval(this.#timer)
    for (const token of this.#issued) this.#options.tokens.revoke(token)
    rmSync(this.path, { recursive: true, force: true })
  }

  /** The token before stays good until its life ends. */
  #rotate(): void {
    const { tokens, service, rotationMs, lifeMs } = this.#options
    const token = tokens.issue({ kind: 'service', service }, lifeMs)
    this.#issued.push(token)
    if (this.#issued.length > Math.ceil(lifeMs / rotationMs) + 1) this.#issued.shift()
    // Drivers read the second one when they find themselves inside a container, and send it along.
    for (const name of ['token', 'spcs_token']) {
      const path = join(this.path, name)
      // As Snowflake has it: a container's user need not be ours. The state directory keeps others of this machine out.
      writeFileSync(`${path}.new`, token, { mode: 0o644 })
      renameSync(`${path}.new`, path)
    }
  }
}
