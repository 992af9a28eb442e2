import { resolve } from 'node:path'
import { maybeRunningAccount, type RunningAccount } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import type { SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'
import { STATE_DIRECTORY } from './local-account.ts'
import type { Invocation, VerbOptions } from './verb.ts'

/** For every verb that needs an account. */
export const connectionOptions: VerbOptions = {
  connection: {
    type: 'string',
    value: 'NAME',
    help: "a section of Snowflake's connections.toml or config.toml (the local account)",
  },
  env: { type: 'string', value: 'NAME', help: 'an environment of spcs.config.ts (its default)' },
  directory: {
    type: 'string',
    value: 'DIR',
    help: `state of the local account (${STATE_DIRECTORY})`,
  },
}

/**
 * Opens a session in the account that the user means: a named connection, or the local account that runs here.
 *
 * @throws {CliError} `LOCAL_ACCOUNT_NOT_RUNNING` without either.
 */
export async function openSession(invocation: Invocation): Promise<Session> {
  const { options, progress } = invocation
  const { connection } = options
  return progress.step(
    `Connect to ${connection === undefined ? 'the local account' : `"${String(connection)}"`}`,
    () => {
      if (typeof connection === 'string') return connect({ connection })
      const local = maybeLocalConnection(invocation)
      if (local !== undefined) return connect(local)
      throw new CliError(
        'LOCAL_ACCOUNT_NOT_RUNNING',
        `Cannot connect: no local account runs in "${stateDirectory(options)}"`,
        {
          hint: 'Start it with `npm start`, or name another account with --connection NAME',
        },
      )
    },
  )
}

/** How the local account is reached that runs here; undefined where the user means another one, or none runs. */
export function maybeLocalConnection({
  options,
}: Pick<Invocation, 'options'>): RunningAccount['connection'] | undefined {
  if (options['connection'] !== undefined) return undefined
  return maybeRunningAccount(stateDirectory(options))?.connection
}

function stateDirectory({ directory }: Invocation['options']): string {
  return resolve(typeof directory === 'string' ? directory : STATE_DIRECTORY)
}

/** Goes on as the deploying role, in its database and warehouse. */
export async function standInProject(session: Session, config: SpcsConfig): Promise<void> {
  const { role, database, schema, warehouse } = config
  await session.execute(`USE ROLE ${printIdentifier(role)}`)
  await session.execute(`USE WAREHOUSE ${printIdentifier(warehouse)}`)
  await session.execute(`USE SCHEMA ${printIdentifier(database)}.${printIdentifier(schema)}`)
}

/** A session of the deploying role: what most verbs begin with. */
export async function openProject(invocation: Invocation, config: SpcsConfig): Promise<Session> {
  const session = await openSession(invocation)
  try {
    await standInProject(session, config)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}
