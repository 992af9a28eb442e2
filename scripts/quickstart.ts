import { fileURLToPath } from 'node:url'
import { bundleApp, serviceLogs, serviceStatus, waitForEndpoints } from '@spcs/deploy'
import { type Emulator, startEmulator } from '@spcs/emulator'
import { connect, type Session } from '@spcs/session'
import { toObjects } from '@spcs/sql'
import { connectionOptions, openSession, standInProject } from './account.ts'
import { checkSpecs } from './check-specs.ts'
import { dropAll, findDeployed } from './cleanup.ts'
import {
  type BuiltWorkload,
  isBuilt,
  loadConfig,
  PROJECT,
  type SpcsConfig,
  type Workload,
} from './config.ts'
import { deployWorkloads } from './deploy.ts'
import { endpointUrl } from './endpoint-url.ts'
import { publicUrls } from './endpoints.ts'
import { CliError } from './errors.ts'
import { pushImages } from './images.ts'
import { printTable } from './output.ts'
import { protectionOptions, requireUnprotected } from './protection.ts'
import { readBatches } from './read-batches.ts'
import { resumeAll } from './resume.ts'
import { setUp } from './setup.ts'
import { letUserSignIn } from './sign-in.ts'
import { suspendAll } from './suspend.ts'
import { tryBundle } from './try-bundle.ts'
import { tryVolume } from './try-volume.ts'
import type { Invocation, Verb } from './verb.ts'
import { convertTemperatures, createWeather } from './weather.ts'

const TWELVE = 53.6
const FOUR_ROWS = '{"data": [[0, 12],[1,19],[2,18],[3,23]]}'
const FOUR_ANSWERS = '{"data":[[0,53.6],[1,66.2],[2,64.4],[3,73.4]]}'

export const quickstart: Verb = {
  name: 'quickstart',
  summary: 'Runs the whole quickstart, from setup to cleanup, in a local account of its own',
  options: {
    connection: connectionOptions['connection'] ?? { type: 'string', help: '' },
    ...protectionOptions,
  },
  async run(invocation) {
    if (invocation.options['connection'] !== undefined) {
      await using session = await openSession(invocation)
      await runSteps(session, invocation, undefined)
      return
    }
    await using emulator = await invocation.progress.step('Start a local account in memory', () =>
      startEmulator({ port: 0 }),
    )
    await using session = await invocation.progress.step('Connect', () =>
      connect(emulator.connection),
    )
    await runSteps(session, invocation, emulator.connection)
  },
}

/** @param local How the local account is reached; absent for a real one. */
async function runSteps(
  session: Session,
  invocation: Invocation,
  local: Emulator['connection'] | undefined,
): Promise<void> {
  const { progress, output, signal } = invocation
  const config = await loadConfig(invocation)
  if (local === undefined) {
    requireUnprotected(config, 'run the quickstart, which ends in cleanup', invocation.options)
  }
  const api = config.workloads.filter(isBuilt).find(({ functions }) => functions.length > 0)
  if (api === undefined) throw new RangeError('spcs.config.ts names no workload with a function')
  const notebook = config.workloads.find(({ name }) => name === 'notebook')

  await progress.step('Check specifications', () => checkSpecs(config.workloads))
  await setUp(session, config, invocation)
  await progress.step(`Try ${api.name} on this machine`, () => tryWithFourRows(api))
  const pushed = await pushImages(session, config, invocation)
  await deployWorkloads(session, config, pushed, invocation)
  for (const workload of config.workloads) await look(session, workload, invocation)
  if (notebook !== undefined) await tryNotebook(session, config, notebook, invocation, local)

  await createWeather(session, progress)
  const convertUdf12 = await progress.step('Call CONVERT_UDF(12)', () => callWithTwelve(session))
  const weather = await convertTemperatures(session, progress)
  const batches = await progress.step('Read the batches in the log of the service', () =>
    readBatches(session, api, { queryId: weather.updateId, rows: weather.rows.length }, signal),
  )
  await suspendAll(session, config, progress)
  await resumeAll(session, config, invocation)
  await progress.step('Call CONVERT_UDF(12) again', () => callWithTwelve(session))
  signal.throwIfAborted()
  await dropAll(session, config, invocation)
  const left = await progress.step('Look for what is left', () => findNothing(session, config))

  const temperatures = toObjects(weather).map((row) => [row['LOCATION'], row['TEMP_F']])
  output.result(
    { convertUdf12, temperatures: Object.fromEntries(temperatures) as object, batches, left },
    [
      '',
      `SELECT CONVERT_UDF(12)  →  ${convertUdf12}`,
      printTable(weather),
      `Ten rows went out in batches of ${batches.join(' and ')}. Nothing is left.`,
    ].join('\n'),
  )
}

/** @throws {CliError} `UNEXPECTED_RESULT` when the service alone does not convert the quickstart's four rows. */
async function tryWithFourRows({ name, entryPoint, functions }: BuiltWorkload): Promise<void> {
  const path = functions[0]?.definition.path ?? '/'
  const files = await bundleApp({
    entryPoint: fileURLToPath(new URL(entryPoint, PROJECT)),
    node: 20,
  })
  const answer = await tryBundle(files, path, FOUR_ROWS)
  if (answer === FOUR_ANSWERS) return
  throw new CliError('UNEXPECTED_RESULT', `Cannot go on: ${name} answered ${answer}`, {
    hint: `Run it alone with \`npm run start -w @spcs/${name}\``,
  })
}

/** The volume of the notebook; in the local account also the notebook itself, as one who may sign in there. */
async function tryNotebook(
  session: Session,
  config: SpcsConfig,
  notebook: Workload,
  { progress }: Invocation,
  local: Emulator['connection'] | undefined,
): Promise<void> {
  const [endpoint] = await publicUrls(session, [notebook])
  if (local === undefined || endpoint === undefined) return tryVolume(session, progress)
  const signIn = await letUserSignIn(session, config, local)
  await standInProject(session, config)
  if (signIn === undefined) return tryVolume(session, progress)
  const { accessUrl, account } = local
  await using user = await connect({ accessUrl, account, ...signIn })
  await tryVolume(session, progress, { url: endpoint.url, session: user })
}

/** What one looks at after a deploy: containers, log, endpoints. */
async function look(
  session: Session,
  { service, name }: Workload,
  { progress, signal }: Invocation,
): Promise<void> {
  const found = await progress.step(`Read status of ${service}`, () =>
    serviceStatus(session, service),
  )
  for (const { container, status, message } of found?.containers ?? []) {
    progress.note(`    ${container} is ${status}: ${message}`)
  }
  const log = await progress.step(`Read log of ${service}`, () =>
    serviceLogs(session, service, { instance: '0', container: name, lines: 10 }),
  )
  progress.note(`    ${(log.split('\n').at(-1) ?? '').slice(0, 100)}`)
  const endpoints = await progress.step(`Read endpoints of ${service}`, (onProgress) =>
    waitForEndpoints(session, service, { onProgress, signal }),
  )
  for (const endpoint of endpoints) {
    const { name: endpointName, port, ingressUrl } = endpoint
    const url = ingressUrl === undefined ? '(private)' : endpointUrl(ingressUrl)
    progress.note(`    ${endpointName}:${port} ${url}`)
  }
}

/** @throws {CliError} `UNEXPECTED_RESULT` when 12 °C are not 53.6 °F. */
async function callWithTwelve(session: Session): Promise<number> {
  const { rows } = await session.execute('SELECT CONVERT_UDF(12)')
  if (rows[0]?.[0] === TWELVE) return TWELVE
  throw new CliError(
    'UNEXPECTED_RESULT',
    `Cannot go on: CONVERT_UDF(12) is ${String(rows[0]?.[0])}, not ${TWELVE}`,
    {
      hint: 'Read the log of the service with `npx spcs logs`',
    },
  )
}

/** @throws {CliError} `UNEXPECTED_RESULT` when SHOW still finds something. */
async function findNothing(session: Session, config: SpcsConfig): Promise<string[]> {
  const left = await findDeployed(session, config)
  if (left.length === 0) return left
  throw new CliError('UNEXPECTED_RESULT', `Cannot end: cleanup left ${left.join(', ')}`, {
    hint: 'Drop what is left by hand',
  })
}
