import type { Catalog } from './catalog/catalog.ts'
import type { StageFiles } from './catalog/stage-files.ts'
import type { Engine } from './engine/duckdb.ts'
import type { ImageStore } from './spcs/image-store.ts'
import type { ServiceRuntime } from './spcs/service-runtime.ts'
import type { Session } from './sql-session.ts'
import type { Tokens } from './tokens.ts'

/** Everything in the account that a statement or a request may touch. */
export interface Account {
  /** Upper case, as CURRENT_ACCOUNT() gives it: `LOCAL`. */
  readonly name: string
  readonly catalog: Catalog
  readonly engine: Engine
  readonly stages: StageFiles
  readonly images: ImageStore
  readonly services: ServiceRuntime
  readonly tokens: Tokens
  /** `host:port` of API and registry, known once the account listens: `127.0.0.1:8084`. */
  readonly address: string
  /** Port of the public endpoints, known once the account listens. */
  readonly ingressPort: number
  readonly log: Log
  /** The account's clock; tests may turn it. */
  now(): Date
}

/** A statement on its way through the account. */
export interface StatementContext {
  readonly account: Account
  readonly session: Session
  readonly queryId: string
  /** Values for `?` and `:1`, in order. */
  readonly binds: readonly Bind[]
  /** Fires when the statement is cancelled, times out or the account stops. */
  readonly signal: AbortSignal
}

/** A bind value as drivers send it: `value` is text, null, or a column of them for a bulk insert. */
export interface Bind {
  readonly type: string // FIXED, REAL, TEXT, BOOLEAN, DATE, TIME, TIMESTAMP_*, VARIANT, BINARY
  readonly value: string | null | readonly (string | null)[]
}

/** Where the account writes what it does; pino's shape. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
