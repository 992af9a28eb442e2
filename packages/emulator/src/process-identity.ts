import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in whatever form the system tells; compared, never read. */
  readonly startedAt: string
}

/** The identity of a living process; undefined when there is none of this pid. */
export function maybeProcessIdentity(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** True when that very process still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  return maybeProcessIdentity(identity.pid)?.startedAt === identity.startedAt
}

/** Field 22 of /proc/PID/stat, counted after the name, which may hold spaces. A zombie is not alive. */
function startTimeFromProc(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
    return fields?.[0] === 'Z' ? undefined : fields?.[19]
  } catch {
    return undefined // no such process
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined // ps exits with 1 when there is no such process
  }
}
