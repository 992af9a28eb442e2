import { parseName, printName } from '@spcs/sql'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { CliError } from './errors.ts'
import { printValue } from './output.ts'
import type { Verb } from './verb.ts'

export const call: Verb = {
  name: 'call',
  summary: 'Calls a function: `spcs call CONVERT_UDF 12`',
  positionals: 'FUNCTION [ARGUMENT...]',
  options: connectionOptions,
  async run(invocation) {
    const [name, ...values] = invocation.positionals
    if (name === undefined) {
      throw new CliError('USAGE', 'Cannot call: no function is named', {
        hint: 'Write it after the verb: `npx spcs call CONVERT_UDF 12`',
      })
    }
    await using session = await openProject(invocation, await loadConfig(invocation))
    const places = values.map(() => '?').join(', ')
    const { rows } = await session.execute(`SELECT ${printName(parseName(name))}(${places})`, {
      binds: values.map(readArgument),
    })
    const result = rows[0]?.[0] ?? null
    invocation.output.result({ result }, printValue(result))
  },
}

/** A number, true, false or null as such; anything else is text. */
export function readArgument(text: string): string | number | boolean | null {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}
