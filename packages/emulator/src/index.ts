export { DEFAULT_PORT, type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts'
export { EmulatorError, type EmulatorErrorCode } from './errors.ts'
export type { AttachedContainer, AttachedContainers } from './spcs/attached-runner.ts'
export { maybeRunningAccount, type RunningAccount } from './state-directory.ts'
