import { parseArgs, type ParseArgsConfig } from 'node:util'
import { CliError } from './errors.ts'
import type { Output } from './output.ts'
import type { Progress } from './progress.ts'

/** One option of a verb: what `node:util`'s parseArgs needs, and a line of help. */
export interface VerbOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** May be given more than once: its value is a list. */
  readonly multiple?: true
  /** How help calls the value: `NAME`, `PORT`. */
  readonly value?: string
  readonly help: string
}

export type VerbOptions = Readonly<Record<string, VerbOption>>

/** What the user typed after the verb. */
export interface Invocation {
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly positionals: readonly string[]
  readonly progress: Progress
  readonly output: Output
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
}

/** One word of the command line: `spcs local`, `spcs status`. */
export interface Verb {
  readonly name: string
  /** One line, for the list of verbs. */
  readonly summary: string
  /** Positional arguments as help shows them: `FUNCTION [ARGUMENT...]`. */
  readonly positionals?: string
  readonly options?: VerbOptions
  run(invocation: Invocation): Promise<void>
}

const COMMON: VerbOptions = {
  json: { type: 'boolean', help: 'print the result as JSON' },
  help: { type: 'boolean', short: 'h', help: 'show this text' },
}

/**
 * Reads a verb's options and positional arguments.
 *
 * @throws {CliError} `USAGE` naming the first word that does not fit.
 */
export function readArguments(
  verb: Verb,
  words: readonly string[],
): Pick<Invocation, 'options' | 'positionals'> {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, option] of Object.entries({ ...verb.options, ...COMMON })) {
    const { type, short, multiple } = option
    options[name] = {
      type,
      ...(short === undefined ? {} : { short }),
      ...(multiple === undefined ? {} : { multiple }),
    }
  }
  try {
    const allowPositionals = verb.positionals !== undefined
    const args = allowPositionals ? words.map(hideMinus) : [...words]
    const { values, positionals } = parseArgs({ args, options, allowPositionals })
    return { options: values as Invocation['options'], positionals: positionals.map(showMinus) }
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('. ')
    throw new CliError('USAGE', `Cannot run "spcs ${verb.name}": ${lowerFirst(reason)}`, {
      hint: `See \`npx spcs ${verb.name} --help\``,
    })
  }
}

/** No option begins with a digit: `-40` is a number, whatever parseArgs would read into it. */
function hideMinus(word: string): string {
  return /^-\.?\d/.test(word) ? `${HIDDEN}${word}` : word
}

function showMinus(word: string): string {
  return word.startsWith(HIDDEN) ? word.slice(HIDDEN.length) : word
}

/** The command line can hold no such character. */
const HIDDEN = '\0'

/** The page that `spcs VERB --help` shows. */
export function printHelp(verb: Verb): string {
  const options = Object.entries({ ...verb.options, ...COMMON }).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `
    const value = option.value === undefined ? '' : ` ${option.value}`
    return [`${short}--${name}${value}`, option.help] as const
  })
  const width = Math.max(...options.map(([left]) => left.length)) + 2
  return [
    verb.summary,
    '',
    `  npx spcs ${verb.name}${verb.positionals === undefined ? '' : ` ${verb.positionals}`} [options]`,
    '',
    ...options.map(([left, right]) => `  ${left.padEnd(width)}${right}`),
  ].join('\n')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
