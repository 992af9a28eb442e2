import { existsSync, readFileSync } from 'node:fs'

/** Linux counts in these, on every machine that it shows to programs. */
const TICKS_PER_SECOND = 100

/** Whether this system tells what a process takes: Linux does, in files. */
export function tellsProcesses(): boolean {
  return existsSync('/proc/self/stat')
}

/** Seconds of a core that a process and its children have had so far. */
export function processorSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const pids = [String(pid), ...children.split(' ').filter((child) => child !== '')]
  const ticks = pids.map((id) => parseTicks(readFileSync(`/proc/${id}/stat`, 'utf8')))
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND
}

/** User and system time in the line that Linux has for a process; its name may hold anything, blanks and brackets too. */
export function parseTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
