import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmulatorError } from './errors.ts'
import { isAlive, maybeProcessIdentity, type ProcessIdentity } from './process-identity.ts'

/** Raised when the layout below changes in a way that an older account could not read. */
export const STATE_FORMAT = 1

/** What is decided once, when an account is made. */
export interface AccountIdentity {
  readonly format: number
  readonly account: string
  readonly user: string
  /** The first user's password, so that a later start and the verbs can sign in; the file is mode 0600. */
  readonly password: string
}

/** What a running account says of itself in `account.json`, for the verbs of the command line. */
export interface RunningAccount extends ProcessIdentity {
  readonly port: number
  /** Port of the services' public endpoints. */
  readonly ingressPort: number
  readonly connection: {
    readonly accessUrl: string
    readonly account: string
    readonly user: string
    readonly password: string
    readonly role: string
  }
}

/** Where an account keeps everything. One account at a time holds it. */
export class StateDirectory {
  readonly path: string
  readonly #temporary: boolean

  private constructor(path: string, temporary: boolean) {
    this.path = path
    this.#temporary = temporary
  }

  /** A new directory that goes when it is released. */
  static temporary(): StateDirectory {
    return new StateDirectory(mkdtempSync(join(tmpdir(), 'spcs-account-')), true)
  }

  /**
   * Takes a directory, made if need be, for this process.
   *
   * @throws {EmulatorError} `STATE_IN_USE` when another process that lives holds it.
   */
  static hold(path: string): StateDirectory {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const directory = new StateDirectory(path, false)
    const own = JSON.stringify(maybeProcessIdentity(process.pid))
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        writeFileSync(directory.file('lock'), own, { flag: 'wx' })
        return directory
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        directory.#releaseDeadLock(error)
      }
    }
    throw inUse(path, undefined)
  }

  /** A path inside. */
  file(...parts: readonly string[]): string {
    return join(this.path, ...parts)
  }

  /**
   * Who the account is: as it was made, or else as given.
   *
   * @throws {EmulatorError} `STATE_FORMAT_UNKNOWN` for a directory that a newer version wrote,
   *   `OPTION_INVALID` when something else was given than the account was made with.
   */
  identify(
    given: Partial<Record<'account' | 'user' | 'password', string | undefined>>,
    defaults: AccountIdentity,
  ): AccountIdentity {
    const saved = maybeReadJson(this.file('state.json')) as AccountIdentity | undefined
    if (saved === undefined) {
      const identity = {
        ...defaults,
        account: given.account ?? defaults.account,
        user: given.user ?? defaults.user,
        password: given.password ?? defaults.password,
      }
      writeFileSync(this.file('state.json'), JSON.stringify(identity, null, 2), { mode: 0o600 })
      return identity
    }
    if (saved.format > STATE_FORMAT) {
      throw new EmulatorError(
        'STATE_FORMAT_UNKNOWN',
        `Cannot read state in "${this.path}": it has format ${saved.format}, this version reads ${STATE_FORMAT}`,
        { hint: 'Update spcs, or start with another --directory' },
      )
    }
    for (const key of ['account', 'user', 'password'] as const) {
      if (given[key] === undefined || given[key] === saved[key]) continue
      throw new EmulatorError(
        'OPTION_INVALID',
        `Cannot change ${key} of the account in "${this.path}": it was made with another`,
        { hint: `Leave --${key} away, or start with another --directory` },
      )
    }
    return saved
  }

  /** Tells the verbs where the account listens. */
  announce(running: RunningAccount): void {
    const path = this.file('account.json')
    writeFileSync(`${path}.new`, JSON.stringify(running, null, 2), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }

  release(): void {
    if (this.#temporary) {
      rmSync(this.path, { recursive: true, force: true })
      return
    }
    rmSync(this.file('account.json'), { force: true })
    rmSync(this.file('lock'), { force: true })
  }

  /** Removes the lock of a process that is gone. */
  #releaseDeadLock(cause: unknown): void {
    const holder = maybeReadJson(this.file('lock')) as ProcessIdentity | undefined
    if (holder !== undefined && isAlive(holder)) throw inUse(this.path, holder.pid, cause)
    rmSync(this.file('lock'), { force: true })
  }
}

/** The account that runs in a state directory now; undefined when none does. */
export function maybeRunningAccount(path: string): RunningAccount | undefined {
  const running = maybeReadJson(join(path, 'account.json')) as RunningAccount | undefined
  return running !== undefined && isAlive(running) ? running : undefined
}

function inUse(path: string, pid: number | undefined, cause?: unknown): EmulatorError {
  const holder = pid === undefined ? 'another account' : `the account with pid ${pid}`
  return new EmulatorError('STATE_IN_USE', `Cannot use state in "${path}": ${holder} holds it`, {
    hint: pid === undefined ? 'Try again' : `Use that account, or end it with \`kill ${pid}\``,
    cause,
  })
}

function maybeReadJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (error instanceof SyntaxError) return undefined // cut off while it was written
    throw error
  }
}
