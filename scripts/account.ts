import { resolve } from 'node:path'
import { maybeRunningAccount } from '@spcs/emulator'
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
export async function openSession({ options, progress }: Invocation): Promise<Session> {
  const { connection, directory } = options
  return progress.step(
    `Connect to ${connection === undefined ? 'the local account' : `"${String(connection)}"`}`,
    () => {
      if (typeof connection === 'string') return connect({ connection })
      const path = resolve(typeof directory === 'string' ? directory : STATE_DIRECTORY)
      const running = maybeRunningAccount(path)
      if (running !== undefined) return connect(running.connection)
      throw new CliError(
        'LOCAL_ACCOUNT_NOT_RUNNING',
        `Cannot connect: no local account runs in "${path}"`,
        {
          hint: 'Start it with `npm start`, or name another account with --connection NAME',
        },
      )
    },
  )
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
