import { parseName, printName } from '@spcs/sql'
import {
  type Check,
  type ConfigProblem,
  fields,
  flag,
  isRecord,
  optional,
  pathTo,
  text,
  unknownKey,
  wrong,
} from './config-check/checks.ts'
import { deployment as deploymentShape } from './config-check/deployment-shape.ts'
import { checkFiles } from './config-check/files.ts'
import { checkReferences } from './config-check/references.ts'
import type { Deployment, EnvironmentSettings, ProjectConfig, SpcsConfig } from './config.ts'
import { CliError } from './errors.ts'

/** One environment of a project: its name, its settings, and the values that `describe` takes. */
export interface ProjectEnvironment {
  readonly name: string
  readonly settings: EnvironmentSettings
  readonly values: object
  readonly describe: ProjectConfig['describe']
}

/**
 * The environment that is wanted, or the default one; nothing is described yet.
 *
 * @param project The default export of a file that no compiler may have seen.
 * @throws {CliError} `ENVIRONMENT_UNKNOWN` naming those that there are, `CONFIG_INVALID` with every problem.
 */
export function findEnvironment(project: unknown, wanted: string | undefined): ProjectEnvironment {
  refuse('Cannot use spcs.config.ts', projectShape(project, ''))
  const { environments, defaultEnvironment, describe } = project as ProjectConfig
  const name = wanted ?? defaultEnvironment
  const values = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (values === undefined) {
    throw new CliError('ENVIRONMENT_UNKNOWN', `Cannot use environment "${name}": there is none`, {
      hint: `Use one of ${Object.keys(environments).join(', ')}`,
    })
  }
  const settings = settingsOf(values)
  refuse(`Cannot use environment "${name}"`, settingsShape(settings, pathTo('environments', name)))
  return { name, settings, values, describe }
}

/**
 * What an environment has deployed, checked: shape, names, references, files, and what specifications must have.
 *
 * @param folder The one that paths start from.
 * @throws {CliError} `CONFIG_INVALID` with every problem, its path and the wrong value.
 */
export async function describeEnvironment(
  environment: ProjectEnvironment,
  folder: URL,
): Promise<SpcsConfig> {
  const { name, settings, values, describe } = environment
  const what = `Cannot use environment "${name}" of spcs.config.ts`
  const read = new Set<string>(['connection', 'protect'])
  const described = runDescribe(() => describe(watched(values, read), name), what)
  refuse(what, [...deploymentShape(described, ''), ...unreadValues(environment, read)])
  const deployment = described as Deployment
  refuse(what, [...checkReferences(deployment), ...(await checkFiles(deployment, folder))])
  return { ...storedNames(deployment), environment: { name, protect: false, ...settings } }
}

const projectShape: Check = fields<ProjectConfig>({
  environments: (value, path) =>
    isRecord(value) && Object.values(value).every(isRecord)
      ? []
      : wrong(value, path, 'must be an object of objects'),
  defaultEnvironment: text,
  describe: (value, path) =>
    typeof value === 'function' ? [] : wrong(value, path, 'must be a function'),
})

const settingsShape: Check = fields<EnvironmentSettings>({
  connection: optional(text),
  protect: optional(flag),
})

function runDescribe(describe: () => unknown, what: string): unknown {
  try {
    return describe()
  } catch (cause) {
    throw new CliError('CONFIG_INVALID', `${what}: describe() threw`, {
      hint: 'Correct it as the next line says',
      cause,
    })
  }
}

/** The values, noting each that is asked for: one that nobody asks for is misspelt. */
function watched(values: object, read: Set<string>): EnvironmentSettings {
  return new Proxy<object>(values, {
    get: (target, key) => {
      if (typeof key === 'string') read.add(key)
      return Reflect.get(target, key)
    },
  })
}

function unreadValues(
  { name, values }: ProjectEnvironment,
  read: ReadonlySet<string>,
): readonly ConfigProblem[] {
  return Object.keys(values).flatMap((key) =>
    read.has(key) ? [] : unknownKey(pathTo(pathTo('environments', name), key), [...read], key),
  )
}

/** Snowflake folds unquoted names to upper case; here they are as it stores them. */
function storedNames(deployment: Deployment): Deployment {
  const stored = (name: string): string => printName(parseName(name))
  return {
    ...deployment,
    adminRole: stored(deployment.adminRole),
    role: stored(deployment.role),
    database: stored(deployment.database),
    schema: stored(deployment.schema),
    warehouse: stored(deployment.warehouse),
  }
}

function settingsOf({ connection, protect }: EnvironmentSettings): EnvironmentSettings {
  return {
    ...(connection !== undefined && { connection }),
    ...(protect !== undefined && { protect }),
  }
}

function refuse(what: string, problems: readonly ConfigProblem[]): void {
  if (problems.length === 0) return
  const lines = problems.map(({ path, message }) => `\n  ${path === '' ? 'it' : path} ${message}`)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  throw new CliError('CONFIG_INVALID', `${what}: ${count}${lines.join('')}`, {
    hint: 'Correct these places of spcs.config.ts',
  })
}
