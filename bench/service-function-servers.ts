import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Cores } from './cores.ts'
import { PEERS } from './peers-folder.ts'
import { type StartedServer, startServer } from './start-server.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const FLASK = join(PEERS, 'flask')
const FLASK_PACKAGES = ['flask==3.1.3', 'gunicorn==27.0.1']

const run = promisify(execFile)

/**
 * convert-api as its image runs it in Snowflake: log, metrics and whatever else is on by default.
 *
 * @param image The folder with what is in the image.
 */
export async function startConvertApi(
  cores: Cores,
  image: string,
  metricsEndpoint: string,
): Promise<StartedServer> {
  const main = join(image, 'app/main.js')
  return startServer(
    'convert-api',
    cores.spawnServer(process.execPath, ['--enable-source-maps', main], {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metricsEndpoint,
    }),
  )
}

/** node:http, JSON.parse and JSON.stringify, and nothing else. */
export async function startBare(cores: Cores): Promise<StartedServer> {
  const main = join(FOLDER, 'bare-service-function.mjs')
  return startServer(
    'node:http',
    cores.spawnServer(process.execPath, [main], { NODE_ENV: 'production' }),
  )
}

/**
 * The quickstart's Flask app under gunicorn with one worker, which is of the plain kind and so hangs up after each answer.
 * It is installed where it is not yet.
 *
 * @throws Where there is no Python, or its packages cannot be had.
 */
export async function startFlask(cores: Cores): Promise<StartedServer> {
  const programs = join(FLASK, 'bin')
  if (!existsSync(join(programs, 'flask'))) {
    await run('python3', ['-m', 'venv', FLASK])
    await run(join(programs, 'pip'), ['install', '--quiet', ...FLASK_PACKAGES])
  }
  // Where it listens it says on standard error.
  const shell = ['-c', 'exec "$0" "$@" 2>&1', join(programs, 'gunicorn')]
  const words = ['--workers', '1', '--bind', '127.0.0.1:0', '--chdir', FOLDER]
  return startServer(
    'Flask under gunicorn',
    cores.spawnServer('sh', [...shell, ...words, 'flask-service-function:app'], {
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  )
}
