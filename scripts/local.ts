import { aborted, accountOptions, printConnection, startLocalAccount } from './local-account.ts'
import type { Verb } from './verb.ts'

export const local: Verb = {
  name: 'local',
  summary: 'Starts the local account alone and stays until Ctrl-C',
  options: accountOptions,
  async run(invocation) {
    await using emulator = await startLocalAccount(invocation)
    const { connection } = emulator
    invocation.output.result({ ...connection, pid: process.pid }, printConnection(emulator))
    await aborted(invocation.signal)
  },
}
