import { constants } from 'node:os'

/** Why a kernel's process ended, in plain words. */
export function endReason(exitCode: number, signal: number | undefined, lastWords: string): string {
  const hasAborted = signal === constants.signals.SIGABRT || signal === constants.signals.SIGTRAP
  if (hasAborted && /heap out of memory|Reached heap limit|Allocation failed/i.test(lastWords)) {
    return 'its heap is out of memory: hold less at once, or start it with a larger --max-old-space-size in NODE_OPTIONS'
  }
  if (signal !== undefined && signal !== 0) {
    const name = signalName(signal)
    const why = name === 'SIGKILL' ? ', as the system does when memory runs out' : ''
    return `its process was ended by signal ${name}${why}`
  }
  if (exitCode >= 128)
    return `its process ended with code ${exitCode} (signal ${signalName(exitCode - 128)})`
  return `its process ended with exit code ${exitCode}`
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number)
  return found?.[0] ?? String(number)
}
