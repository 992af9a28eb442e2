import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Memory that a process holds: VmRSS on Linux; elsewhere there is no such file, and the benchmark says so by failing. */
export function residentMiB(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

/** The most memory that a process has held so far: VmHWM on Linux. */
export function peakMiB(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}
