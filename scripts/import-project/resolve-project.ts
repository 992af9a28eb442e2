import { CliError } from '../errors.ts'
import { isTable, maybeScalar, Override, type Table } from './read-yaml.ts'

/** Where the values of `<% ctx.env.… %>` come from, the first that has one: `--env`, the process, the file. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * The entities of a project definition with their mixins in them and their templates filled in.
 *
 * @throws {CliError} `CONFIG_INVALID` for another version, or a template that cannot be filled in.
 * @see https://docs.snowflake.com/en/developer-guide/snowflake-cli/project-definitions/specify-entities
 */
export function resolveProject(project: Table, variables: Variables): Record<string, Table> {
  const { definition_version: version, entities } = project
  const shown = maybeScalar(version) ?? 'missing'
  if (shown !== '2') {
    throw invalid(
      `definition_version is ${shown}, not 2`,
      'Convert it with `snow helpers v2-conversion`',
    )
  }
  if (!isTable(entities)) throw invalid('it has no entities', 'Name the file that has them')
  const mixins = isTable(project['mixins']) ? project['mixins'] : {}
  const merged = Object.fromEntries(
    Object.entries(entities).map(([key, entity]) => [key, withMixins(key, entity, mixins)]),
  )
  const templates = new Templates({ ...project, entities: merged }, variables)
  return Object.fromEntries(
    Object.entries(merged).map(([key, entity]) => [key, templates.fillIn(entity) as Table]),
  )
}

function withMixins(key: string, entity: unknown, mixins: Table): Table {
  if (!isTable(entity)) throw invalid(`entity "${key}" is no mapping`, 'Give it a type')
  const { meta } = entity
  const used = isTable(meta) ? [meta['use_mixins'] ?? []].flat() : []
  const base = used.reduce<unknown>((merged, mark) => {
    const name = maybeScalar(mark) ?? ''
    const mixin = mixins[name]
    if (mixin !== undefined) return join(merged, mixin)
    throw invalid(`entity "${key}" uses mixin "${name}", which is not there`, 'Define it')
  }, {})
  return plain(join(base, entity)) as Table
}

/** Tables are joined key by key, lists by what is new in the second; else the second wins. */
function join(first: unknown, second: unknown): unknown {
  if (second instanceof Override) return second.value
  if (isTable(first) && isTable(second)) {
    const joined: Record<string, unknown> = { ...first }
    for (const [key, value] of Object.entries(second)) joined[key] = join(first[key], value)
    return joined
  }
  if (!Array.isArray(first) || !Array.isArray(second)) return second
  const known = new Set(first.map((item) => JSON.stringify(item)))
  const added: unknown[] = second.filter((item) => !known.has(JSON.stringify(item)))
  return [...(first as unknown[]), ...added]
}

/** Without marks of overriding: they have done their work. */
function plain(value: unknown): unknown {
  if (value instanceof Override) return plain(value.value)
  if (Array.isArray(value)) return value.map(plain)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

const TEMPLATE = /<%\s*([\s\S]*?)\s*%>/g

/** Fills in `<% ctx.env.x %>` and `<% ctx.entities.k.identifier %>`, each value only once it is filled in itself. */
class Templates {
  readonly #context: Table
  readonly #variables: Variables
  readonly #open = new Set<string>()

  constructor(context: Table, variables: Variables) {
    this.#context = context
    this.#variables = variables
  }

  fillIn(value: unknown): unknown {
    if (typeof value === 'string') {
      return value.replace(TEMPLATE, (_whole, expression: string) => this.#value(expression))
    }
    if (Array.isArray(value)) return value.map((item) => this.fillIn(item))
    if (!isTable(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.fillIn(one)]))
  }

  #value(expression: string): string {
    const [, path] = /^ctx((?:\.[\w-]+)+)$/.exec(expression) ?? []
    if (path === undefined) {
      throw invalid(
        `<% ${expression} %> is more than a value of ctx`,
        'Write the text that it stands for in its place',
      )
    }
    const keys = path.slice(1).split('.')
    if (keys[0] === 'env' && keys.length === 2) {
      const variable = this.#variables[keys[1] ?? '']
      if (variable !== undefined) return variable
    }
    if (this.#open.has(path)) throw invalid(`<% ${expression} %> needs itself`, 'Break the circle')
    this.#open.add(path)
    const found = this.fillIn(
      keys.reduce<unknown>(
        (value, key) => (isTable(value) ? value[key] : undefined),
        this.#context,
      ),
    )
    this.#open.delete(path)
    const text = nameOf(found, keys) ?? maybeScalar(found)
    if (text !== undefined) return text
    throw invalid(`<% ${expression} %> has no value`, 'Give it one with --env NAME=VALUE')
  }
}

/** An entity is called what its identifier says, in one text or in parts, or else what its key is. */
function nameOf(found: unknown, [part, key, field]: readonly string[]): string | undefined {
  if (part !== 'entities' || field !== 'identifier') return undefined
  if (found === undefined) return key
  if (!isTable(found)) return undefined
  return [found['database'], found['schema'], found['name']].filter(Boolean).join('.')
}

function invalid(state: string, hint: string): CliError {
  return new CliError('CONFIG_INVALID', `Cannot import the project definition: ${state}`, { hint })
}
