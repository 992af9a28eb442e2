import type { ContainerStatus } from '../wait/service-status.ts'

/** A container that has just been made, but for what is given. */
export function containerStatus(given: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    instance: '0',
    container: 'api',
    status: 'PENDING',
    message: 'Waiting to start',
    restartCount: 0,
    lastExitCode: '',
    isOutdated: false,
    ...given,
  }
}
