import { type Container, parseCpu, parseMemory } from '@spcs/spec'
import type { ContainerLimits } from './runner.ts'

/** What a container may use at most by its specification. */
export function containerLimits({ resources }: Pick<Container, 'resources'>): ContainerLimits {
  const { cpu, memory } = resources.limits ?? {}
  return {
    cpu: cpu === undefined ? undefined : parseCpu(cpu),
    memoryBytes: memory === undefined ? undefined : parseMemory(memory),
  }
}
