import type { KernelUsage } from '../kernel.ts'
import type { MemoryWatch } from './memory-watch.ts'

const EVERY_MS = 1000
const NOTEWORTHY_BYTES = 1024 * 1024
const NOTEWORTHY_CPU = 0.01

/** Tells once a second what the kernel's process takes, while that changes. A heap that cannot be asked is as it was. */
export function watchUsage(memory: MemoryWatch, onChange: (usage: KernelUsage) => void): void {
  let told: KernelUsage | undefined
  let before = { at: performance.now(), used: process.cpuUsage() }
  setInterval(() => {
    const at = performance.now()
    const { user, system } = process.cpuUsage(before.used)
    const cpu = (user + system) / 1000 / (at - before.at)
    before = { at, used: process.cpuUsage() }
    const usage = {
      residentBytes: process.memoryUsage.rss(),
      heapUsedBytes: memory.heapUsedBytes,
      heapLimitBytes: memory.heapLimitBytes,
      cpu: Math.round(cpu * 100) / 100,
    }
    if (told !== undefined && !differs(usage, told)) return
    told = usage
    onChange(usage)
  }, EVERY_MS).unref()
}

function differs(usage: KernelUsage, told: KernelUsage): boolean {
  const isFar = (a: number, b: number): boolean => Math.abs(a - b) >= NOTEWORTHY_BYTES
  return (
    Math.abs(usage.cpu - told.cpu) >= NOTEWORTHY_CPU ||
    isFar(usage.residentBytes, told.residentBytes) ||
    isFar(usage.heapUsedBytes, told.heapUsedBytes)
  )
}
