import { styleText } from 'node:util'
import { followLogs, type LogEvent, readLogs } from '@spcs/deploy'
import { connectionOptions, openProject } from './account.ts'
import { loadConfig } from './config.ts'
import { CliError } from './errors.ts'
import { namedServices } from './service-name.ts'
import type { Invocation, Verb } from './verb.ts'

const LINES = 100
const COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue', 'red'] as const
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

export const logs: Verb = {
  name: 'logs',
  summary: 'Prints the log lines of every container; `-f` goes on with those that come',
  positionals: '[SERVICE...]',
  options: {
    ...connectionOptions,
    follow: { type: 'boolean', short: 'f', help: 'go on until Ctrl-C, which ends it well' },
    since: { type: 'string', value: 'TIME', help: 'from then on: 10m, 2h, 2026-01-31T09:30:00Z' },
    lines: {
      type: 'string',
      value: 'COUNT',
      help: `of the newest lines (${LINES}; all of --since)`,
    },
    previous: { type: 'boolean', help: 'those of the run before the last restart; with -f, first' },
    container: { type: 'string', value: 'NAME', multiple: true, help: 'only of this container' },
    instance: { type: 'string', value: 'ID', multiple: true, help: 'only of this instance' },
    timestamps: { type: 'boolean', short: 't', help: 'put its time before each line' },
  },
  async run(invocation) {
    const { options, positionals, output, progress, signal } = invocation
    const since = readSince(options['since'])
    const asked = {
      since,
      lines: readLines(options['lines'], since),
      previous: options['previous'] === true,
      containers: listOf(options['container']),
      instances: listOf(options['instance']),
    }
    const config = await loadConfig(invocation)
    await using session = await openProject(invocation, config)
    const services = namedServices(config, positionals)
    const print = output.json ? printJson : new LinePrinter(options['timestamps'] === true).print
    if (options['follow'] !== true) {
      const events = await readLogs(session, { ...asked, services })
      for (const event of events) await output.line(print(event))
      if (events.length === 0)
        progress.note('No container has such lines. `npx spcs status` tells what runs.')
      return
    }
    const onNoTimes = (): void =>
      progress.note(
        'This account tells no times of log lines: lines that repeat may be missing, and are in no order.',
      )
    for await (const event of followLogs(session, { ...asked, services, signal, onNoTimes })) {
      if (!(await output.line(print(event)))) return
    }
  },
}

/** One object a line; a notice is one without `text`. */
function printJson({ type, service, instance, container, time, text }: LogEvent): string {
  const words = type === 'line' ? { text } : { notice: text }
  return JSON.stringify({ time: time ?? null, service, instance, container, ...words })
}

/** `convert-api/0 | text`, each container in a colour of its own where colours are shown. */
class LinePrinter {
  readonly #withTimes: boolean
  readonly #labels = new Map<string, string>()
  readonly #colored = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  #width = 0

  constructor(withTimes: boolean) {
    this.#withTimes = withTimes
  }

  readonly print = (event: LogEvent): string => {
    const label = this.#label(event)
    const time = this.#withTimes && event.time !== undefined ? `${event.time} ` : ''
    return event.type === 'line' ? `${label} | ${time}${event.text}` : `${label} … ${event.text}`
  }

  #label({ service, container, instance }: LogEvent): string {
    const key = `${service}/${container}/${instance}`
    const known = this.#labels.get(key)
    if (known !== undefined) return known
    const text = `${container}/${instance}`
    this.#width = Math.max(this.#width, text.length)
    const color = COLORS[this.#labels.size % COLORS.length] ?? 'cyan'
    const padded = text.padEnd(this.#width)
    const label = this.#colored ? styleText(color, padded) : padded
    this.#labels.set(key, label)
    return label
  }
}

/**
 * The time that `--since` means, in nine digits behind the second.
 *
 * @throws {CliError} `USAGE` for anything but an age or a time.
 */
export function readSince(
  text: Invocation['options'][string],
  now: Date = new Date(),
): string | undefined {
  if (text === undefined) return undefined
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(text)) ?? []
  const time =
    count === undefined
      ? Date.parse(/^\d{4}-\d\d-\d\d/.test(String(text)) ? String(text) : '')
      : now.getTime() - Number(count) * (UNITS[unit] ?? 0) * 1000
  if (!Number.isNaN(time)) return new Date(time).toISOString().replace('Z', '000000Z')
  throw new CliError('USAGE', `Cannot read logs since "${String(text)}": it is no time`, {
    hint: 'Give an age like 10m, 2h or 1d, or a time like 2026-01-31T09:30:00Z',
  })
}

function readLines(
  text: Invocation['options'][string],
  since: string | undefined,
): number | undefined {
  if (text === undefined) return since === undefined ? LINES : undefined
  if (/^\d{1,9}$/.test(String(text))) return Number(text)
  throw new CliError('USAGE', `Cannot read "${String(text)}" lines`, {
    hint: 'Give a number: --lines 500',
  })
}

function listOf(given: Invocation['options'][string]): readonly string[] | undefined {
  return Array.isArray(given) ? (given as readonly string[]) : undefined
}
