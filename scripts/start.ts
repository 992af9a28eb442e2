import { connect } from '@spcs/session'
import { standInProject } from './account.ts'
import { loadConfig } from './config.ts'
import { deployAll } from './deploy.ts'
import { publicUrls } from './endpoints.ts'
import { aborted, accountOptions, printConnection, startLocalAccount } from './local-account.ts'
import { printTable } from './output.ts'
import { letUserSignIn } from './sign-in.ts'
import type { Verb } from './verb.ts'
import { convertTemperatures, createWeather } from './weather.ts'

export const start: Verb = {
  name: 'start',
  summary: 'Starts the local account with the quickstart deployed into it; stays until Ctrl-C',
  options: accountOptions,
  async run(invocation) {
    const { output, progress, signal } = invocation
    await using emulator = await startLocalAccount(invocation)
    const config = await loadConfig(invocation)
    {
      await using session = await progress.step('Connect', () => connect(emulator.connection))
      // An engine runs an image with all that is in it, and nothing else: the apps need their Node in there.
      const docker = invocation.options['runner'] === 'docker'
      const options = { ...invocation.options, docker }
      const changed = await deployAll(session, config, { ...invocation, options })
      const signIn = await letUserSignIn(session, config, emulator.connection)
      await standInProject(session, config)
      await createWeather(session, progress)
      const twelve = await progress.step('Call CONVERT_UDF(12)', () =>
        session.execute('SELECT CONVERT_UDF(12)'),
      )
      const weather = await convertTemperatures(session, progress)
      const urls = await publicUrls(session, config.workloads)
      const convertUdf12 = twelve.rows[0]?.[0]
      output.result(
        { ...emulator.connection, pid: process.pid, changed, convertUdf12, urls, signIn },
        [
          '',
          `SELECT CONVERT_UDF(12)  →  ${String(convertUdf12)}`,
          printTable(weather),
          '',
          ...urls.map(({ workload, url }) => `Open ${workload} at ${url}`),
          ...(signIn !== undefined && urls.length > 0
            ? [`  and sign in as ${signIn.user} with the password ${signIn.password}`, '']
            : []),
          printConnection(emulator),
          '',
          'Ctrl-C ends the account and every service in it. State is kept for the next start.',
        ].join('\n'),
      )
    }
    await aborted(signal)
  },
}
