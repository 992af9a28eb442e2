import type { KernelUsage } from '../../src/kernel/kernel.ts'

/** `182 MB, heap 34 MB of 2.1 GB, CPU 3 %`. */
export function usageWords(usage: KernelUsage): string {
  const heap = `heap ${printBytes(usage.heapUsedBytes)} of ${printBytes(usage.heapLimitBytes)}`
  return `${printBytes(usage.residentBytes)}, ${heap}, CPU ${printCpu(usage)}`
}

/** Of one core: 100 % is one core busy. */
export function printCpu({ cpu }: KernelUsage): string {
  return `${Math.round(cpu * 100)} %`
}

/** `812 KB`, `34 MB`, `2.1 GB`. */
export function printBytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  const megabytes = bytes / 1024 / 1024
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`
}
