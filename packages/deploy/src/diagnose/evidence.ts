import type { Container, ServiceSpec } from '@spcs/spec'
import type { ShownRow } from '../objects/object-kind.ts'

/** What was read about a service that does not get ready. */
export interface Evidence {
  /** As one types it: `DB.PUBLIC.API`. */
  readonly service: string
  readonly computePool: string
  /** The pool as DESCRIBE shows it; absent where the role may not. */
  readonly pool?: ShownRow | undefined
  /** Only the role that owns the service sees it. */
  readonly spec?: ServiceSpec | undefined
  /** The last lines of the container's run, and of the run before. */
  readonly log: readonly string[]
  readonly previousLog: readonly string[]
}

/** The container's part of the specification. */
export function containerSpec({ spec }: Evidence, name: string): Container | undefined {
  return spec?.spec.containers.find((container) => container.name === name)
}

/** The log lines as they are shown; which run they are of is said where there are two that differ. */
export function shownLines({ log, previousLog }: Evidence): string[] {
  if (log.length === 0 && previousLog.length === 0) return ['(no log lines)']
  if (previousLog.length === 0 || previousLog.join('\n') === log.join('\n')) return [...log]
  return ['(the run before)', ...previousLog, ...(log.length === 0 ? [] : ['(this run)', ...log])]
}
