import { callFunction } from '@spcs/deploy'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { CliError } from './errors.ts'
import { printValue } from './output.ts'
import type { Verb } from './verb.ts'

export const call: Verb = {
  name: 'call',
  summary:
    'Calls a function: `spcs call CONVERT_UDF 12`; more arguments than it takes are more rows',
  positionals: 'FUNCTION [ARGUMENT...]',
  options: connectionOptions,
  async run(invocation) {
    const [name, ...words] = invocation.positionals
    if (name === undefined) {
      throw new CliError('USAGE', 'Cannot call: no function is named', {
        hint: 'Write it after the verb: `npx spcs call CONVERT_UDF 12`',
      })
    }
    await using session = await openProject(invocation, await loadConfig(invocation))
    const values = words.map((word) => (word === 'null' ? null : word))
    const { rows, results } = await callFunction(session, name, values)
    invocation.output.result({ function: name, rows, results }, results.map(printValue).join('\n'))
  },
}
