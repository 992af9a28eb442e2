import { resolve } from 'node:path'
import { type Emulator, type EmulatorOptions, startEmulator } from '@spcs/emulator'
import { CliError } from './errors.ts'
import type { Invocation, Verb, VerbOptions } from './verb.ts'

/** Where the account of this folder lives. */
export const STATE_DIRECTORY = '.snowflake'

export const accountOptions: VerbOptions = {
  port: {
    type: 'string',
    value: 'PORT',
    help: 'where API and registry listen (8084; 0: any free port)',
  },
  listen: { type: 'string', value: 'ADDR', help: 'address to listen on (127.0.0.1)' },
  memory: { type: 'boolean', help: 'keep no state' },
  directory: { type: 'string', value: 'DIR', help: `where state is kept (${STATE_DIRECTORY})` },
  account: { type: 'string', value: 'NAME', help: 'account name (local)' },
  user: { type: 'string', value: 'NAME', help: 'first user (admin)' },
  password: { type: 'string', value: 'TEXT', help: 'its password (admin)' },
  'generate-password': { type: 'boolean', help: 'make a password and print it' },
}

export const local: Verb = {
  name: 'local',
  summary: 'Starts the local account alone and stays until Ctrl-C',
  options: accountOptions,
  async run({ options, output, progress, signal }) {
    await using emulator = await progress.step('Start the local account', () =>
      startEmulator(readAccountOptions(options)),
    )
    output.result({ ...emulator.connection, pid: process.pid }, printConnection(emulator))
    await aborted(signal)
  },
}

/** @throws {CliError} `USAGE` for a port that is none. */
export function readAccountOptions(options: Invocation['options']): EmulatorOptions {
  const text = (name: string): string | undefined => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  }
  const port = text('port')
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw new CliError('USAGE', `Cannot listen on port "${port}": it is no number`, {
      hint: 'Give a number from 0 to 65535; 0 takes any free port',
    })
  }
  return {
    directory:
      options['memory'] === true ? undefined : resolve(text('directory') ?? STATE_DIRECTORY),
    port: port === undefined ? undefined : Number(port),
    listen: text('listen'),
    account: text('account'),
    user: text('user'),
    password: text('password'),
    generatePassword: options['generate-password'] === true,
  }
}

/** How any other program reaches the account: one snippet to copy. */
export function printConnection({ connection }: Emulator): string {
  return [
    `Account ${connection.account} at ${connection.accessUrl}`,
    '',
    "  import snowflake from 'snowflake-sdk'",
    '  const connection = snowflake.createConnection({',
    `    accessUrl: '${connection.accessUrl}', account: '${connection.account}',`,
    `    username: '${connection.user}', password: '${connection.password}',`,
    '  })',
  ].join('\n')
}

/** Settles when the signal fires. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolvePromise) => {
    if (signal.aborted) resolvePromise()
    else signal.addEventListener('abort', () => resolvePromise(), { once: true })
  })
}
