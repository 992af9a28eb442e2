import { styleText } from 'node:util'
import { type Check, checkAccount } from '@spcs/deploy'
import { CodedError } from '@spcs/errors'
import { connectionOptions, openSession } from './account.ts'
import { loadConfig, type SpcsConfig } from './config.ts'
import { checkMachine } from './doctor-machine.ts'
import { CliError } from './errors.ts'
import type { Invocation, Verb } from './verb.ts'

export const doctor: Verb = {
  name: 'doctor',
  summary:
    'Looks whether everything is there that deploy needs, and says what to do where it is not',
  options: connectionOptions,
  async run(invocation) {
    const { output, progress } = invocation
    const machine = await progress.step('Look at this machine', () => checkMachine(invocation))
    const config = await loadConfig(invocation)
    const account = await lookAtAccount(invocation, config)
    const checks = [...machine, ...account.checks]
    const lacking = checks.filter(({ status }) => status === 'missing')
    output.result({ ready: lacking.length === 0, checks }, checks.map(printCheck).join('\n'))
    if (lacking.length === 0) return
    throw new CliError(
      'PREREQUISITE_MISSING',
      `Cannot deploy: ${lacking.map(({ subject }) => subject).join(', ')} ${lacking.length === 1 ? 'is' : 'are'} not as needed`,
      { hint: 'Do what stands beside each ✖', cause: account.error },
    )
  },
}

/** A connection that fails is the first thing that is missing; what lies behind it cannot be seen then. */
async function lookAtAccount(
  invocation: Invocation,
  config: SpcsConfig,
): Promise<{ readonly checks: readonly Check[]; readonly error?: unknown }> {
  try {
    await using session = await openSession(invocation)
    const { adminRole, role, database, schema, account, objects, workloads } = config
    const users = workloads.flatMap(({ service, users: names = [] }) =>
      names.map((user) => ({ user, service })),
    )
    const wishes = { adminRole, role, account, objects, users, schema: `${database}.${schema}` }
    const signIn: Check = {
      subject: 'sign-in',
      status: 'ok',
      found: `by ${session.authenticator ?? 'a connection from elsewhere'}`,
    }
    return await invocation.progress.step('Look at the account', async () => ({
      checks: [signIn, ...(await checkAccount(session, wishes))],
    }))
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    const todo = error.hint ?? 'Mend what the message says'
    return {
      checks: [{ subject: 'account', status: 'missing', found: error.message, todo }],
      error,
    }
  }
}

const MARKS = {
  ok: ['green', '✔'],
  noted: ['dim', '–'],
  missing: ['red', '✖'],
} as const

/** One line, and what to do in a second one. */
function printCheck({ status, subject, found, todo }: Check): string {
  const [style, mark] = MARKS[status]
  const isColored = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  const line = `${isColored ? styleText(style, mark) : mark} ${subject}: ${found}`
  return todo === undefined ? line : `${line}\n    → ${todo}`
}
