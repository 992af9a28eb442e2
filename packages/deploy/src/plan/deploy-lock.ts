import { randomUUID } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { parseName, printName, quoteLiteral, type QueryRunner } from '@spcs/sql'
import { DeployError } from '../errors.ts'
import { textOf } from '../objects/object-kind.ts'
import { shownRows } from '../shown-rows.ts'

export interface DeployLockOptions {
  /** The schema that is deployed into: its table SPCS_DEPLOY_LOCKS has the lock. */
  readonly schema: string
  /** Take it from whoever holds it. */
  readonly breakLock?: boolean | undefined
  /** How long it holds when nobody renews it; default two minutes. */
  readonly lifetimeMs?: number | undefined
}

const LIFETIME_MS = 120_000
const MOST_ATTEMPTS = 10

/**
 * The right to deploy into a schema: one row of a table there, which one deploy at a time has. It runs out when nobody
 * renews it, so that a deploy that was killed keeps no other one away; on the same machine that is seen at once.
 */
export class DeployLock implements AsyncDisposable {
  /** Fires, with `DEPLOY_LOCK_LOST`, when the lock is another's. */
  readonly lost: AbortSignal
  readonly #row: LockRow
  readonly #renewing: NodeJS.Timeout

  /** @throws {DeployError} `DEPLOY_LOCKED` telling who deploys, and until when the lock holds. */
  static async take(runner: QueryRunner, options: DeployLockOptions): Promise<DeployLock> {
    const row = new LockRow(runner, options)
    await row.create()
    if (options.breakLock === true) await row.claim('TRUE')
    else if (!(await row.claim('TOKEN IS NULL OR EXPIRES_AT <= SYSDATE()'))) {
      const holder = await row.holder()
      const isTaken = isDead(holder) && (await row.claim(`TOKEN = ${quoteLiteral(holder.token)}`))
      if (!isTaken) throw locked(options.schema, holder)
    }
    return new DeployLock(row)
  }

  private constructor(row: LockRow) {
    const controller = new AbortController()
    this.lost = controller.signal
    this.#row = row
    let holdsUntil = performance.now() + row.lifetimeMs
    const renew = async (): Promise<void> => {
      const began = performance.now()
      try {
        if (!(await row.renew())) controller.abort(lost())
        holdsUntil = began + row.lifetimeMs
      } catch {
        // An account that does not answer just now may do so before the lock runs out.
        if (performance.now() >= holdsUntil) controller.abort(lost())
      }
    }
    this.#renewing = setInterval(() => void renew(), row.lifetimeMs / 4)
    this.#renewing.unref()
  }

  /** Gives it back; where the account does not answer, it runs out by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewing)
    await this.#row.release().catch(() => undefined)
  }
}

/** Who holds a lock. */
interface Holder {
  readonly token: string
  readonly owner: string
  readonly machine: string
  readonly pid: number
  readonly startedAt: string
  readonly expiresAt: string
}

/** The statements that make, take and give back the one row; each is atomic by itself. */
class LockRow {
  readonly lifetimeMs: number
  readonly #runner: QueryRunner
  readonly #table: string
  readonly #token = randomUUID()

  constructor(runner: QueryRunner, { schema, lifetimeMs = LIFETIME_MS }: DeployLockOptions) {
    this.lifetimeMs = lifetimeMs
    this.#runner = runner
    this.#table = printName([...parseName(schema), 'SPCS_DEPLOY_LOCKS'])
  }

  /** Should two make it at once, there are two rows, which are taken and given back together. */
  async create(): Promise<void> {
    await this.#runner.execute(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (TOKEN VARCHAR, OWNER VARCHAR, MACHINE VARCHAR, ` +
        'PID NUMBER, STARTED_AT TIMESTAMP_NTZ, EXPIRES_AT TIMESTAMP_NTZ)',
    )
    await this.#runner.execute(
      `INSERT INTO ${this.#table} (EXPIRES_AT) SELECT SYSDATE() ` +
        `WHERE NOT EXISTS (SELECT 1 FROM ${this.#table})`,
    )
  }

  /** True when the row was free, in the sense of the condition, and is ours now. */
  async claim(condition: string): Promise<boolean> {
    const values = [
      `TOKEN = ${quoteLiteral(this.#token)}`,
      `OWNER = ${quoteLiteral(`${userInfo().username}@${hostname()}`)}`,
      `MACHINE = ${quoteLiteral(machine())}`,
      `PID = ${process.pid}`,
      'STARTED_AT = SYSDATE()',
      `EXPIRES_AT = ${this.#expiry()}`,
    ]
    await this.#update(values.join(', '), condition)
    return (await this.holder()).token === this.#token
  }

  async renew(): Promise<boolean> {
    await this.#update(`EXPIRES_AT = ${this.#expiry()}`, this.#isOurs())
    return (await this.holder()).token === this.#token
  }

  async release(): Promise<void> {
    await this.#update('TOKEN = NULL', this.#isOurs())
  }

  async holder(): Promise<Holder> {
    const time = (column: string): string =>
      `TO_VARCHAR(${column}, 'YYYY-MM-DD HH24:MI:SS') AS ${column}`
    const [row = {}] = await shownRows(
      this.#runner,
      `SELECT TOKEN, OWNER, MACHINE, PID, ${time('STARTED_AT')}, ${time('EXPIRES_AT')} FROM ${this.#table}`,
    )
    return {
      token: textOf(row['token']),
      owner: textOf(row['owner']),
      machine: textOf(row['machine']),
      pid: Number(row['pid'] ?? 0),
      startedAt: textOf(row['started_at']),
      expiresAt: textOf(row['expires_at']),
    }
  }

  /** Of two at once, an account may let one wait for the other, or give it up: then it is asked again. */
  async #update(values: string, condition: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#runner.execute(`UPDATE ${this.#table} SET ${values} WHERE ${condition}`)
        return
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isConflict(error)) throw error
      }
    }
  }

  #isOurs(): string {
    return `TOKEN = ${quoteLiteral(this.#token)}`
  }

  #expiry(): string {
    return `DATEADD(millisecond, ${this.lifetimeMs}, SYSDATE())`
  }
}

/** Snowflake's code for a statement that was aborted because another transaction came first. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'snowflakeCode' in error && error.snowflakeCode === '000625'
}

/** Where process ids mean the same: containers of one host name have their own. */
function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** True for a process of this machine that has ended without giving its lock back. */
function isDead(holder: Holder): boolean {
  if (holder.machine !== machine()) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

function locked(schema: string, { owner, pid, startedAt, expiresAt }: Holder): DeployError {
  return new DeployError(
    'DEPLOY_LOCKED',
    `Cannot deploy into ${schema}: ${owner} (process ${pid}) has been at it since ${startedAt} UTC`,
    {
      hint: `Wait until it ends; its lock runs out at ${expiresAt} UTC. If you know that it is dead, add --break-lock`,
    },
  )
}

function lost(): DeployError {
  return new DeployError(
    'DEPLOY_LOCK_LOST',
    'Cannot go on: another deploy has taken the lock, or it ran out',
    { hint: 'Deploy again when the other one has ended; what is done stays done' },
  )
}
