import { resolve } from 'node:path'
import {
  type AttachedContainer,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from '@spcs/emulator'
import { CliError } from './errors.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** Where the local account of this folder keeps its state. */
export const STATE_DIRECTORY = '.snowflake'

/** For every verb that starts a local account of its own. */
export const accountOptions: VerbOptions = {
  port: {
    type: 'string',
    value: 'PORT',
    help: 'where API and registry listen (8084; 0: any free port)',
  },
  'ingress-port': {
    type: 'string',
    value: 'PORT',
    help: 'where public endpoints listen (the port after the other)',
  },
  listen: { type: 'string', value: 'ADDR', help: 'address to listen on (127.0.0.1)' },
  'host-name': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'another name that clients call the account by, as in a network of containers',
  },
  runner: {
    type: 'string',
    value: 'process|docker',
    help: "where containers run: as processes (the default), or in this machine's Docker engine",
  },
  attach: {
    type: 'string',
    multiple: true,
    value: 'IMAGE=HOST[:PORT][=DIR]',
    help: 'a container that something else runs, with its session directory; then no other runs',
  },
  memory: { type: 'boolean', help: 'keep no state' },
  directory: { type: 'string', value: 'DIR', help: `where state is kept (${STATE_DIRECTORY})` },
  account: { type: 'string', value: 'NAME', help: 'account name (local)' },
  user: { type: 'string', value: 'NAME', help: 'first user (admin)' },
  password: { type: 'string', value: 'TEXT', help: 'its password (admin)' },
  'generate-password': { type: 'boolean', help: 'make a password and print it' },
}

/** Starts the local account as the options say. */
export function startLocalAccount({ options, progress }: Invocation): Promise<Emulator> {
  return progress.step('Start the local account', () => startEmulator(readAccountOptions(options)))
}

/** @throws {CliError} `USAGE` for a port or a runner that is none. */
export function readAccountOptions(options: Invocation['options']): EmulatorOptions {
  const text = (name: string): string | undefined => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    directory:
      options['memory'] === true ? undefined : resolve(text('directory') ?? STATE_DIRECTORY),
    port: readPort(text('port')),
    ingressPort: readPort(text('ingress-port')),
    listen: text('listen'),
    hostNames: readTexts(options['host-name']),
    runner: readRunner(text('runner'), readTexts(options['attach'])),
    account: text('account'),
    user: text('user'),
    password: text('password'),
    generatePassword: options['generate-password'] === true,
  }
}

function readPort(port: string | undefined): number | undefined {
  if (port === undefined) return undefined
  if (/^\d{1,5}$/.test(port) && Number(port) < 65_536) return Number(port)
  throw new CliError('USAGE', `Cannot listen on port "${port}": it is no port number`, {
    hint: 'Give a number from 0 to 65535; 0 takes any free port',
  })
}

function readTexts(value: Invocation['options'][string]): readonly string[] | undefined {
  return typeof value === 'object' ? value : undefined
}

function readRunner(
  name: string | undefined,
  attached: readonly string[] = [],
): EmulatorOptions['runner'] {
  if (name === undefined && attached.length > 0) {
    return { attached: Object.fromEntries(attached.map(readAttached)) }
  }
  if (attached.length === 0 && (name === undefined || name === 'process' || name === 'docker')) {
    return name
  }
  throw new CliError('USAGE', `Cannot run containers by "${name}": there is no such runner`, {
    hint: 'Use --runner process, --runner docker, or --attach alone',
  })
}

/** `convert-api=convert-api:9090=/sessions/convert-api` */
function readAttached(text: string): readonly [string, AttachedContainer] {
  const [, name, address, sessionDirectory] = ATTACHED.exec(text) ?? []
  if (name !== undefined && address !== undefined) return [name, { address, sessionDirectory }]
  throw new CliError('USAGE', `Cannot attach "${text}": it is no IMAGE=HOST:PORT`, {
    hint: 'Give something like --attach convert-api=127.0.0.1:9090',
  })
}

const ATTACHED = /^([^=]+)=([\w.-]+(?::\d{1,5})?)(?:=(.+))?$/

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
  return new Promise((settle) => {
    if (signal.aborted) settle()
    else signal.addEventListener('abort', () => settle(), { once: true })
  })
}
