import type { KernelOptions } from './kernel.ts'

/** Set for the server, and nothing that cells should see. */
const SERVER_VARIABLES = /^(?:NOTEBOOK_TOKEN|NODE_CHANNEL_FD|NODE_UNIQUE_ID)$/

/** A kernel's variables: this process's without those that are its own secrets, and those of its options. */
export function kernelEnvironment(options: KernelOptions): Record<string, string> {
  const secrets = new Set(options.secrets?.())
  const clean: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || SERVER_VARIABLES.test(name) || secrets.has(value)) continue
    clean[name] = value
  }
  return { ...clean, ...options.env, TERM: 'xterm-256color', COLORTERM: 'truecolor' }
}
