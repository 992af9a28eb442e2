import { resolve } from 'node:path'
import { maybeRunningAccount, type RunningAccount } from '@spcs/emulator'
import { connect, type Session, SessionError } from '@spcs/session'
import { printIdentifier } from '@spcs/sql'
import { loadEnvironment, type SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'
import { STATE_DIRECTORY } from './local-account.ts'
import type { Invocation, Verb, VerbOptions } from './verb.ts'

/** For every verb that needs an account. */
export const connectionOptions: VerbOptions = {
  connection: {
    type: 'string',
    value: 'NAME',
    help: "a section of Snowflake's connections.toml or config.toml (the environment's, or the local account)",
  },
  'temporary-connection': {
    type: 'boolean',
    short: 'x',
    help: 'connect as SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and their kind say, without any file',
  },
  env: {
    type: 'string',
    value: 'NAME',
    help: 'an environment of spcs.config.ts (SPCS_ENV, or its default)',
  },
  directory: {
    type: 'string',
    value: 'DIR',
    help: `state of the local account (${STATE_DIRECTORY})`,
  },
}

/**
 * The options of a verb with the environment in them, and its connection where the user names no account.
 *
 * @throws {CliError} `USAGE` when two accounts are named at once.
 */
export async function settleAccount(
  verb: Verb,
  options: Invocation['options'],
  variables: NodeJS.ProcessEnv = process.env,
): Promise<Invocation['options']> {
  if (verb.options?.['env'] === undefined || verb.options['connection'] === undefined) {
    return options
  }
  const named = NAMING_OPTIONS.filter((name) => options[name] !== undefined)
  if (named.length > 1) {
    const words = named.map((name) => `--${name}`).join(' and ')
    throw new CliError('USAGE', `Cannot run "spcs ${verb.name}": ${words} name two accounts`, {
      hint: `Give one of them`,
    })
  }
  const { name: env, settings } = await loadEnvironment({ options }, variables)
  const { connection } = settings
  return {
    ...options,
    env,
    ...(named.length === 0 && connection !== undefined && { connection }),
  }
}

/** Each says by itself which account is meant. */
const NAMING_OPTIONS = ['connection', 'temporary-connection', 'directory'] as const

/**
 * Opens a session in the account that the user means: a named connection, what the environment's variables say, or the
 * local account that runs here.
 *
 * @throws {CliError} `LOCAL_ACCOUNT_NOT_RUNNING` without any.
 */
export async function openSession(invocation: Invocation): Promise<Session> {
  const session = await signIn(invocation)
  try {
    invocation.progress.note(await describeSession(session, invocation))
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

async function signIn(invocation: Invocation): Promise<Session> {
  const { options, progress } = invocation
  const { connection } = options
  if (options['temporary-connection'] === true) {
    return progress.step('Connect as the variables SNOWFLAKE_… say', () =>
      connect({ temporaryConnection: true }),
    )
  }
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

/** Where a verb works, in one line: a mistaken account is seen before anything is done there. */
async function describeSession(session: Session, { options }: Invocation): Promise<string> {
  const { rows } = await session.execute(
    'SELECT CURRENT_ORGANIZATION_NAME(), CURRENT_ACCOUNT_NAME(), CURRENT_USER(), CURRENT_ROLE()',
  )
  const [organization, account, user, role] = (rows[0] ?? []).map(String)
  const environment = textOption(options, 'env')
  const where = environment === undefined ? '' : `Environment ${environment}: `
  return `${where}account ${organization}-${account}, user ${user}, role ${role}`
}

/** How the local account is reached that runs here; undefined where the user means another one, or none runs. */
export function maybeLocalConnection({
  options,
}: Pick<Invocation, 'options'>): RunningAccount['connection'] | undefined {
  if (options['connection'] !== undefined) return undefined
  if (options['temporary-connection'] === true) return undefined
  return maybeRunningAccount(stateDirectory(options))?.connection
}

function stateDirectory(options: Invocation['options']): string {
  return resolve(textOption(options, 'directory') ?? STATE_DIRECTORY)
}

function textOption(options: Invocation['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * Goes on as the deploying role, in its database and warehouse.
 *
 * @throws {CliError} `PREREQUISITE_MISSING` where one of them is not there, or not for this user.
 */
export async function standInProject(session: Session, config: SpcsConfig): Promise<void> {
  const { role, database, schema, warehouse } = config
  await use(session, 'ROLE', printIdentifier(role))
  await use(session, 'WAREHOUSE', printIdentifier(warehouse))
  await use(session, 'SCHEMA', `${printIdentifier(database)}.${printIdentifier(schema)}`)
}

async function use(session: Session, kind: string, name: string): Promise<void> {
  try {
    await session.execute(`USE ${kind} ${name}`)
  } catch (cause) {
    if (!(cause instanceof SessionError) || cause.code !== 'SQL_FAILED') throw cause
    const what = `${kind.toLowerCase()} ${name}`
    throw new CliError(
      'PREREQUISITE_MISSING',
      `Cannot use ${what}: it is not there, or not yours`,
      {
        hint: 'Run `npx spcs deploy`, or see `npx spcs doctor`',
        cause,
      },
    )
  }
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
