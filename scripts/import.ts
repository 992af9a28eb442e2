import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROJECT } from './config.ts'
import { CliError } from './errors.ts'
import { printConfig } from './import-project/print-config.ts'
import { readYaml } from './import-project/read-yaml.ts'
import { resolveProject, type Variables } from './import-project/resolve-project.ts'
import { toDeployment } from './import-project/to-deployment.ts'
import type { Invocation, Verb } from './verb.ts'

const CONFIG_TYPES = fileURLToPath(new URL('scripts/config.ts', PROJECT))

export const importProject: Verb = {
  name: 'import',
  summary: "Prints a spcs.config.ts that says what a snowflake.yml of Snowflake's CLI says",
  positionals: '[FILE]',
  options: {
    output: { type: 'string', value: 'FILE', help: 'write it into FILE, which must be new' },
    env: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      help: 'a value of ctx.env; may be given again',
    },
    database: { type: 'string', value: 'NAME', help: 'where entities do not say theirs' },
    schema: { type: 'string', value: 'NAME', help: 'the same (PUBLIC)' },
    warehouse: { type: 'string', value: 'NAME', help: "of the deployer's sessions" },
    role: { type: 'string', value: 'NAME', help: 'that deploys and owns' },
  },
  async run({ options, positionals, progress, output }) {
    const file = resolve(positionals[0] ?? 'snowflake.yml')
    const text = await readProject(file)
    const variables = { ...process.env, ...readVariables(options['env']) }
    const entities = resolveProject(readYaml(text, file), variables)
    const found = await toDeployment(entities, readPlace(options), dirname(file))
    const imported = { ...found, notes: [...found.notes, ...unreadFiles(dirname(file))] }
    const { output: wanted } = options
    const target = typeof wanted === 'string' ? resolve(wanted) : undefined
    const library = target === undefined ? './scripts/config.ts' : importPath(target)
    const printed = printConfig(imported, basename(file), library)
    for (const note of imported.notes) progress.note(`Not taken over: ${note}`)
    if (target !== undefined) await writeNew(target, printed)
    output.result(
      { ...imported, ...(target === undefined ? { text: printed } : { file: target }) },
      target ?? printed.trimEnd(),
    )
  },
}

async function readProject(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new CliError('USAGE', `Cannot import "${file}": it cannot be read`, {
      hint: 'Name a snowflake.yml: `npx spcs import FILE`',
      cause,
    })
  }
}

/** @throws {CliError} `USAGE` for a word without `=`. */
function readVariables(words: Invocation['options'][string]): Variables {
  const list = Array.isArray(words) ? (words as readonly string[]) : []
  return Object.fromEntries(
    list.map((word) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? []
      if (name !== undefined) return [name, value]
      throw new CliError('USAGE', `Cannot read --env "${word}": it has no "="`, {
        hint: 'Write --env NAME=VALUE',
      })
    }),
  )
}

function readPlace(options: Invocation['options']): Record<string, string> {
  const names = ['database', 'schema', 'warehouse', 'role']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = options[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** What snow lays over the project definition on one machine. */
function unreadFiles(folder: string): string[] {
  const local = 'snowflake.local.yml'
  return existsSync(join(folder, local)) ? [`${local} was not read`] : []
}

function importPath(target: string): string {
  const path = relative(dirname(target), CONFIG_TYPES)
  return path.startsWith('.') ? path : `./${path}`
}

/** @throws {CliError} `USAGE` rather than writing over a file. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    throw new CliError(
      'USAGE',
      `Cannot write "${file}": it is there already, or its folder is not`,
      {
        hint: 'Name a file that is new',
        cause,
      },
    )
  }
}
