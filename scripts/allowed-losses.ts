import { parseName, printName } from '@spcs/sql'
import { protectionOptions } from './protection.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** For verbs that plan: what one loses only when one says so. */
export const allowanceOptions: VerbOptions = {
  ...protectionOptions,
  'allow-recreate': {
    type: 'string',
    multiple: true,
    value: 'SERVICE',
    help: 'drop and create a service where that alone helps; its URL changes',
  },
}

/** What the command line allows, in the words of a plan: `--allow-recreate DB.PUBLIC.API`. */
export function allowedLosses({ options }: Pick<Invocation, 'options'>): ReadonlySet<string> {
  const services = options['allow-recreate']
  if (!Array.isArray(services)) return new Set()
  const names = services.map((name: string) => printName(parseName(name)))
  return new Set(names.map((name) => `--allow-recreate ${name}`))
}
