import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { languageName } from '@spcs/notebook/formats/language-name'
import { RunError } from '@spcs/notebook/run/errors'
import { type Parameters, readParameters } from '@spcs/notebook/run/parameters'
import { type RanCell, runNotebook } from '@spcs/notebook/run/run-notebook'
import { connectionOptions, maybeLocalConnection } from './account.ts'
import { CliError } from './errors.ts'
import { printDuration } from './progress.ts'
import type { Invocation, Verb } from './verb.ts'

/** What an option has. */
type Given = Invocation['options'][string]

export const run: Verb = {
  name: 'run',
  summary: 'Runs the cells of a notebook in order: `spcs run report.ipynb -p region=EMEA`',
  positionals: 'NOTEBOOK',
  options: {
    param: {
      type: 'string',
      short: 'p',
      value: 'NAME=VALUE',
      multiple: true,
      help: 'a parameter, read as the parameters cell declares it, or else as JSON or text; may be given again',
    },
    'text-param': {
      type: 'string',
      short: 'r',
      value: 'NAME=TEXT',
      multiple: true,
      help: 'a parameter that is text, whatever it looks like: -r zip=01234',
    },
    output: {
      type: 'string',
      value: 'FILE',
      help: 'where the notebook with its outputs goes (NOTEBOOK itself)',
    },
    timeout: { type: 'string', value: 'SECONDS', help: 'what a cell may take' },
    'allow-errors': { type: 'boolean', help: 'go on after a cell that failed' },
    ...connectionOptions,
  },
  async run(invocation) {
    // Other users of this machine read the words of a process, and parameters may be nobody's business.
    process.title = 'spcs run'
    // Who reads what the cells print may stop reading; the run and its file go on.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
    const { options, positionals, progress, output, signal } = invocation
    const started = performance.now()
    const result = await runNotebook({
      file: readFile(positionals),
      output: typeof options['output'] === 'string' ? resolve(options['output']) : undefined,
      parameters: readGiven(options['param'], options['text-param']),
      env: connectionEnvironment(invocation),
      timeoutMs: readTimeout(options['timeout']),
      allowErrors: options['allow-errors'] === true,
      signal,
      listener: {
        onSkipped: (cells) =>
          progress.note(
            `${cells.length} cells do not run here: ${[...new Set(cells.map(languageName))].join(', ')}`,
          ),
        onCellStarted: ({ number, count, title }) =>
          progress.note(`[${number}/${count}] ${title.slice(0, 100)}`),
        // With --json stdout is the result's alone.
        onText: (name, text) =>
          print(name === 'stdout' && !output.json ? process.stdout : process.stderr, text),
        onChanged: ({ message }) => progress.note(message),
        onCellEnded: (cell) => print(process.stderr, `${printEnd(cell)}\n`),
      },
    })
    const { written, cells, failure } = result
    progress.note(
      `${cells.length} cells in ${printDuration(performance.now() - started)}, written to ${written}`,
    )
    if (output.json) {
      const { code, message } = failure ?? {}
      output.result({ written, cells, failure: failure && { code, message } }, '')
    }
    if (failure?.code === 'RUN_INTERRUPTED') {
      throw new CliError('INTERRUPTED', failure.message, { hint: failure.hint })
    }
    if (failure !== undefined) throw failure
  },
}

/** Kernels print in colours, for the notebook; a file or another program wants the text. */
function print(stream: NodeJS.WriteStream, text: string): void {
  const isPlain = !stream.isTTY || (process.env['NO_COLOR'] ?? '') !== ''
  stream.write(isPlain ? stripVTControlCharacters(text) : text)
}

function printEnd({ number, count, status, durationMs, error }: RanCell): string {
  const mark = status === 'ok' ? '✔' : '✖'
  const line = `${mark} [${number}/${count}] ${status}  ${printDuration(durationMs)}`
  return error === undefined ? line : [...error.traceback, line].join('\n')
}

function readFile(positionals: readonly string[]): string {
  const [file, ...others] = positionals
  if (file !== undefined && others.length === 0) return resolve(file)
  throw new CliError('USAGE', 'Cannot run: name one notebook', {
    hint: 'Write its path after the verb: `npx spcs run report.ipynb`',
  })
}

/** @throws {CliError} `USAGE` */
function readGiven(words: Given, texts: Given): Parameters {
  try {
    return readParameters(listOf(words), listOf(texts))
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    throw new CliError('USAGE', error.message, { hint: error.hint, cause: error })
  }
}

function listOf(words: Given): readonly string[] {
  return Array.isArray(words) ? (words as readonly string[]) : []
}

function readTimeout(text: Given): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  // Timers know no more milliseconds than 31 bits hold.
  if (seconds > 0 && seconds * 1000 < 2 ** 31) return seconds * 1000
  throw new CliError('USAGE', `Cannot wait "${String(text)}" seconds for a cell`, {
    hint: 'Give a number above 0: --timeout 600',
  })
}

/** How the kernel signs in: by a named connection, by what the environment says, or at the local account. */
function connectionEnvironment(invocation: Invocation): Readonly<Record<string, string>> {
  const { connection } = invocation.options
  if (typeof connection === 'string') return { NOTEBOOK_CONNECTION: connection }
  if (process.env['SNOWFLAKE_HOST'] !== undefined) return {}
  const local = maybeLocalConnection(invocation)
  if (local === undefined) return {}
  const { hostname, port, protocol } = new URL(local.accessUrl)
  return {
    SNOWFLAKE_HOST: hostname,
    SNOWFLAKE_PORT: port,
    SNOWFLAKE_PROTOCOL: protocol.replace(':', ''),
    SNOWFLAKE_ACCOUNT: local.account,
    SNOWFLAKE_USER: local.user,
    SNOWFLAKE_PASSWORD: local.password,
  }
}
