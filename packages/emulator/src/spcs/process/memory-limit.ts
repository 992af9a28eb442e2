import { readdirSync, readFileSync } from 'node:fs'

const CHECK_MS = 500

/**
 * Calls a function once, when a process and all that it started hold more memory than the limit. What comes back ends
 * the watch.
 *
 * DIFFERS: Snowflake's nodes end a container at the very page that is too much, here it is looked at twice a
 * second; files that it reads are not counted. On macOS, which does not tell, no limit holds.
 */
export function watchMemory(
  pid: number,
  limitBytes: number | undefined,
  onExceeded: () => void,
): () => void {
  if (limitBytes === undefined || process.platform !== 'linux') return () => {}
  const timer = setInterval(() => {
    if (treeMemory(pid) <= limitBytes) return
    clearInterval(timer)
    onExceeded()
  }, CHECK_MS).unref()
  return () => clearInterval(timer)
}

/** Bytes that a process and its descendants hold for themselves alone: pages of shared files are nobody's. */
function treeMemory(pid: number): number {
  const below = childrenOf(pid).map(treeMemory)
  return below.reduce((sum, bytes) => sum + bytes, ownMemory(pid))
}

function ownMemory(pid: number): number {
  const [, kib = '0'] = /^RssAnon:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`)) ?? []
  return Number(kib) * 1024
}

/** The system lists children by the thread that started them. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    readProc(`${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // it is gone
  }
}

function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return '' // it is gone
  }
}
