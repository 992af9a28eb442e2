import { setFlagsFromString } from 'node:v8'
import { printError } from '@spcs/errors'
import { buildApp } from './app.ts'
import { openingUrl, readConfig } from './config.ts'
import { holdStateDirectory } from './files/state-directory.ts'
import { listen } from './listen.ts'
import { openNotebooks } from './routes/open-notebooks.ts'
import { KernelTerminals } from './terminal/kernel-terminals.ts'

/** Longer than any save; Snowflake kills a container 30 s after it has asked it to end. */
const LONGEST_END_MS = 9_000

// V8 lets the space for young objects grow with every flood of output, by 30 MB, and is no faster for it.
setFlagsFromString('--semi-space-growth-factor=1')

try {
  const config = readConfig(process.env, process.cwd())
  // What this process starts must not find it there.
  delete process.env['NOTEBOOK_TOKEN']
  process.once('exit', holdStateDirectory(config.stateDirectory))
  const terminals = new KernelTerminals()
  const notebooks = openNotebooks(config, terminals)
  const isForPeople = config.identity.mode === 'token'
  const app = buildApp(config, {
    notebooks,
    terminals,
    environment: process.env,
    // Standard output is for the address alone.
    stream: isForPeople ? process.stderr : process.stdout,
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Once: a second signal ends the process where it stands; journals keep what was not saved.
    process.once(signal, () => {
      setTimeout(() => process.exit(1), LONGEST_END_MS).unref()
      void app.close()
    })
  }
  for (const { path, problem } of await notebooks.recover()) {
    if (problem === null) app.log.info({ path }, 'recovered a notebook')
    else app.log.error({ path, problem }, 'cannot recover a notebook; its journal is kept')
  }
  const port = await listen(app, config)
  if (isForPeople) {
    process.stdout.write(
      `The notebook is at the following address. Whoever has it may run code as you.\n${openingUrl(config, port)}\n`,
    )
  }
} catch (error) {
  process.stderr.write(`${printError(error)}\n`)
  process.exitCode = 1
}
