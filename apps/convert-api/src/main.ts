import { printError } from '@spcs/errors'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { listen } from './listen.ts'

try {
  const config = readConfig(process.env)
  const app = buildApp(config)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Once: a second signal ends the process where it stands.
    process.once(signal, () => void app.close())
  }
  await listen(app, config)
} catch (error) {
  process.stderr.write(`${printError(error)}\n`)
  process.exitCode = 1
}
