import { printError } from '@spcs/errors'
import { CliError } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { Output } from './output.ts'
import { Progress } from './progress.ts'
import { printHelp, readArguments, type Verb } from './verb.ts'

/** Every verb, in the order of a deployment's life; a verb's file is loaded when it is used. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  start: async () => (await import('./start.ts')).start,
  quickstart: async () => (await import('./quickstart.ts')).quickstart,
  local: async () => (await import('./local.ts')).local,
  setup: async () => (await import('./setup.ts')).setup,
  images: async () => (await import('./images.ts')).images,
  plan: async () => (await import('./plan.ts')).plan,
  deploy: async () => (await import('./deploy.ts')).deploy,
  doctor: async () => (await import('./doctor.ts')).doctor,
  status: async () => (await import('./status.ts')).status,
  logs: async () => (await import('./logs.ts')).logs,
  endpoints: async () => (await import('./endpoints.ts')).endpoints,
  call: async () => (await import('./call.ts')).call,
  run: async () => (await import('./run.ts')).run,
  suspend: async () => (await import('./suspend.ts')).suspend,
  resume: async () => (await import('./resume.ts')).resume,
  rollback: async () => (await import('./rollback.ts')).rollback,
  import: async () => (await import('./import.ts')).importProject,
  cleanup: async () => (await import('./cleanup.ts')).cleanup,
}

async function main(words: readonly string[]): Promise<void> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${await printVerbs()}\n`)
    return
  }
  const load = VERBS[name]
  if (load === undefined) {
    throw new CliError('USAGE', `Cannot run "spcs ${name}": there is no such verb`, {
      hint: `Use one of ${Object.keys(VERBS).join(', ')}`,
    })
  }
  const verb = await load()
  const { options, positionals } = readArguments(verb, rest)
  if (options['help'] === true) {
    process.stdout.write(`${printHelp(verb)}\n`)
    return
  }
  const { settleAccount } = await import('./account.ts')
  await verb.run({
    options: await settleAccount(verb, options),
    positionals,
    progress: new Progress(),
    output: new Output(options['json'] === true),
    signal: interruption(),
  })
}

async function printVerbs(): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()))
  return [
    'spcs: TypeScript for Snowpark Container Services (unofficial)',
    '',
    ...verbs.map((verb) => `  npx spcs ${verb.name.padEnd(12)}${verb.summary}`),
    '',
    'Every verb takes --help, --json and, where it needs an account, --connection NAME.',
  ].join('\n')
}

/** Fires on the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new CliError('INTERRUPTED', `Cannot go on: got ${signal}`))
    })
  }
  return controller.signal
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${printError(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
