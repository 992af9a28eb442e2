import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Account, Log } from './account.ts'
import { bootstrapCatalog } from './catalog/bootstrap.ts'
import { Catalog } from './catalog/catalog.ts'
import { DirectoryStageFiles } from './catalog/directory-stage-files.ts'
import { openEngine } from './engine/duckdb.ts'
import { EmulatorError } from './errors.ts'
import { buildApp } from './http/app.ts'
import { registry } from './http/registry.ts'
import { buildIngress } from './ingress/ingress.ts'
import { maybeProcessIdentity } from './process-identity.ts'
import { createRunStatement } from './run-statement.ts'
import { Sessions } from './sessions.ts'
import { createCallServiceFunction } from './spcs/call-service-function.ts'
import { openAccountDoor } from './spcs/docker/account-door.ts'
import { ACCOUNT_HOST } from './spcs/docker/create-container.ts'
import { DirectoryImageStore } from './spcs/directory-image-store.ts'
import { openRunner, type RunnerChoice } from './spcs/open-runner.ts'
import { Services } from './spcs/services.ts'
import { serviceSystemFunctions } from './spcs/system-functions.ts'
import { createRunQuery } from './sql/query/run-query.ts'
import {
  type AccountIdentity,
  type RunningAccount,
  STATE_FORMAT,
  StateDirectory,
} from './state-directory.ts'
import { Tokens } from './tokens.ts'

export const DEFAULT_PORT = 8084
const DEFAULT_PASSWORD = 'admin'
const NAME = /^[A-Z][A-Z0-9_]*$/

/** How a local account is started; everything has a default. */
export interface EmulatorOptions {
  /** Where state is kept. Absent: a temporary directory that goes when the account closes. */
  readonly directory?: string | undefined
  /** Port of API and registry; 0 takes any free one. Default 8084. */
  readonly port?: number | undefined
  /** Port of the services' public endpoints; 0 takes any free one. Default: the one after `port`. */
  readonly ingressPort?: number | undefined
  /** Address to listen on. Default 127.0.0.1. */
  readonly listen?: string | undefined
  /** Account name. Default `local`. */
  readonly account?: string | undefined
  /** First user, with role ACCOUNTADMIN. Default `admin`. */
  readonly user?: string | undefined
  /** The first user's password. Default `admin`. */
  readonly password?: string | undefined
  /** Make a password when the account is made; it stands in `connection`, then and at every later start. */
  readonly generatePassword?: boolean | undefined
  /** Names besides those of this machine by which others find the account: `account` in a network of containers. */
  readonly hostNames?: readonly string[] | undefined
  /** Where containers run: as processes of this machine (the default), in its container engine, or elsewhere. */
  readonly runner?: RunnerChoice | undefined
  /** The Node that services run with as processes. Default: the one that runs this. */
  readonly node?: string | undefined
  /** How long a service may take for one answer to a service function before it is asked again. Default 30,000. */
  readonly requestTimeoutMs?: number | undefined
  readonly log?: Log | undefined
}

/** A running local account. `await using` or `close()` ends it and every process that it started. */
export interface Emulator extends AsyncDisposable {
  readonly port: number
  /** Port of the services' public endpoints: `http://ID-local-ACCOUNT.localhost:PORT`. */
  readonly ingressPort: number
  /** What a driver needs to sign in. */
  readonly connection: RunningAccount['connection']
  close(): Promise<void>
}

/**
 * Starts a local account: an embedded Snowflake with container services inside.
 *
 * @throws {EmulatorError} `PORT_IN_USE`, `STATE_IN_USE`, `STATE_FORMAT_UNKNOWN`, `LISTEN_REFUSED`, `OPTION_INVALID`,
 *   `ENGINE_UNREACHABLE`; nothing is left running then.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const state =
    options.directory === undefined
      ? StateDirectory.temporary()
      : StateDirectory.hold(options.directory)
  const opened: (() => Promise<void> | void)[] = [() => state.release()]
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).toReversed()) await end()
  }
  try {
    return await start(options, state, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  options: EmulatorOptions,
  state: StateDirectory,
  opened: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Emulator> {
  const identity = identify(options, state)
  const listen = options.listen ?? '127.0.0.1'
  refuseOpenDoor(listen, identity.password)

  const now = (): Date => new Date()
  const catalog = new Catalog(
    options.directory === undefined ? undefined : state.file('catalog.json'),
  )
  const { user, password } = identity
  if (!catalog.load()) bootstrapCatalog(catalog, { user, password, now: now() })
  catalog.save()

  const engine = await openEngine(
    options.directory === undefined ? undefined : state.file('tables.duckdb'),
  )
  opened.push(() => engine.close())

  const address = { port: 0, ingressPort: 0 }
  const account: Account = {
    name: identity.account,
    catalog,
    engine,
    stages: new DirectoryStageFiles(state.file('stages')),
    images: new DirectoryImageStore(state.file('registry')),
    services: undefined as never, // set below: services need the account
    tokens: new Tokens(),
    get address() {
      return `127.0.0.1:${address.port}`
    },
    get ingressPort() {
      return address.ingressPort
    },
    log: options.log ?? silent,
    now,
  }
  const runner = await openRunner(options.runner ?? 'process', {
    images: account.images,
    directory: state.path,
    node: options.node,
    // Containers are started when the account listens.
    openDoor: (network) => openAccountDoor(app.server, network),
  })
  opened.push(() => runner.close())
  const services = new Services(account, { directory: state.path, runner })
  Object.assign(account, { services })

  const runStatement = createRunStatement(
    createRunQuery({
      systemFunctions: serviceSystemFunctions,
      callServiceFunction: createCallServiceFunction(account, options),
    }),
  )
  const sessions = new Sessions(account)
  const containersCall = options.runner === 'docker' ? [ACCOUNT_HOST] : []
  const allowedHosts = [listen, ...containersCall, ...(options.hostNames ?? [])]
  const app = buildApp(account, { runStatement, registry, sessions, allowedHosts })
  opened.push(() => app.close())
  const port = options.port ?? DEFAULT_PORT
  address.port = await listenOn(listen, port, async () => {
    await app.listen({ host: listen, port })
    return (app.server.address() as AddressInfo).port
  })

  opened.push(() => services.stop())
  const ingress = buildIngress({ account, findSession: (id) => sessions.maybe(id) })
  opened.push(() => ingress.close())
  const ingressPort = options.ingressPort ?? ingressPortBeside(port)
  address.ingressPort = await listenOn(listen, ingressPort, () =>
    ingress.listen(listen, ingressPort),
  )
  await services.start()

  const connection = {
    accessUrl: `http://${account.address}`,
    account: identity.account,
    user,
    password,
    role: 'ACCOUNTADMIN',
  }
  const self = maybeProcessIdentity(process.pid)
  if (self !== undefined) state.announce({ ...self, ...address, connection })
  return { ...address, connection, close, [Symbol.asyncDispose]: close }
}

function identify(options: EmulatorOptions, state: StateDirectory): AccountIdentity {
  const upper = (name: string | undefined): string | undefined => name?.toUpperCase()
  const { password, generatePassword = false } = options
  const given = { account: upper(options.account), user: upper(options.user), password }
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || (key === 'password' ? value !== '' : NAME.test(value))) continue
    throw new EmulatorError(
      'OPTION_INVALID',
      `Cannot start account: ${key} "${value}" is no name`,
      {
        hint: 'Use letters, digits and _, beginning with a letter',
      },
    )
  }
  const identity = state.identify(given, {
    format: STATE_FORMAT,
    account: 'LOCAL',
    user: 'ADMIN',
    // Made once: a later start finds the one that was made.
    password: generatePassword ? randomBytes(12).toString('base64url') : DEFAULT_PASSWORD,
  })
  if (!generatePassword || identity.password !== DEFAULT_PASSWORD) return identity
  throw new EmulatorError(
    'OPTION_INVALID',
    `Cannot make a password for the account in "${state.path}": it was made with the default one`,
    { hint: 'Leave --generate-password away, or start with another --directory' },
  )
}

/** Anyone who can reach an account with a known password could run programs as its user. */
function refuseOpenDoor(listen: string, password: string): void {
  if (['127.0.0.1', '::1', 'localhost'].includes(listen) || password !== DEFAULT_PASSWORD) return
  throw new EmulatorError(
    'LISTEN_REFUSED',
    `Cannot listen on "${listen}": the account has the default password`,
    { hint: 'Choose one with --password, or let one be made with --generate-password' },
  )
}

/** Stays the same from start to start, so that the addresses of endpoints do; any free one beside any free one. */
function ingressPortBeside(port: number): number {
  return port === 0 || port === 65_535 ? 0 : port + 1
}

async function listenOn(
  host: string,
  port: number,
  listen: () => Promise<number>,
): Promise<number> {
  try {
    return await listen()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    throw new EmulatorError('PORT_IN_USE', `Cannot listen on ${host}:${port}: the port is in use`, {
      hint: 'Choose another with --port, or --port 0 for any free one',
      cause,
    })
  }
}

const ignore = (): void => {}
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
