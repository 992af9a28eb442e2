import { connect } from '@spcs/session'
import { standInProject } from './account.ts'
import { loadConfig } from './config.ts'
import { deployAll } from './deploy.ts'
import { aborted, accountOptions, printConnection, startLocalAccount } from './local-account.ts'
import { printTable } from './output.ts'
import type { Verb } from './verb.ts'
import { convertTemperatures, createWeather } from './weather.ts'

export const start: Verb = {
  name: 'start',
  summary: 'Starts the local account with the quickstart deployed into it; stays until Ctrl-C',
  options: accountOptions,
  async run(invocation) {
    const { output, progress, signal } = invocation
    await using emulator = await startLocalAccount(invocation)
    const config = await loadConfig()
    {
      await using session = await progress.step('Connect', () => connect(emulator.connection))
      const changed = await deployAll(session, config, invocation)
      await standInProject(session, config)
      await createWeather(session, progress)
      const twelve = await progress.step('Call CONVERT_UDF(12)', () =>
        session.execute('SELECT CONVERT_UDF(12)'),
      )
      const weather = await convertTemperatures(session, progress)
      output.result(
        { ...emulator.connection, pid: process.pid, changed, convertUdf12: twelve.rows[0]?.[0] },
        [
          '',
          `SELECT CONVERT_UDF(12)  →  ${String(twelve.rows[0]?.[0])}`,
          printTable(weather),
          '',
          printConnection(emulator),
          '',
          'Ctrl-C ends the account and every service in it. State is kept for the next start.',
        ].join('\n'),
      )
    }
    await aborted(signal)
  },
}
