import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type DataType, printDataType, printIdentifier, printName } from '@spcs/sql'
import { Collection } from './collection.ts'
import type {
  CatalogObject,
  ComputePool,
  Database,
  ExternalAccessIntegration,
  Grant,
  ImageRepository,
  NetworkRule,
  Role,
  Schema,
  SchemaObject,
  Secret,
  Service,
  ServiceFunctionObject,
  Stage,
  User,
  Warehouse,
} from './objects.ts'
import { isSystemError } from './system-error.ts'

/**
 * Every object of the account but tables and views, which the engine keeps. Saved as one file after each
 * statement that changed it, so a statement is there whole or not at all.
 */
export class Catalog {
  readonly roles: Collection<Role>
  readonly users: Collection<User>
  readonly warehouses: Collection<Warehouse>
  readonly databases: Collection<Database>
  readonly schemas: Collection<Schema>
  readonly stages: Collection<Stage>
  readonly networkRules: Collection<NetworkRule>
  readonly secrets: Collection<Secret>
  readonly integrations: Collection<ExternalAccessIntegration>
  readonly computePools: Collection<ComputePool>
  readonly imageRepositories: Collection<ImageRepository>
  readonly services: Collection<Service>
  /** Keyed with their argument types: `DB.PUBLIC.CONVERT_UDF(FLOAT)`. */
  readonly functions: Collection<ServiceFunctionObject>
  readonly #path: string | undefined
  #grants: readonly Grant[] = []
  #dirty = false

  /** @param path The file it is kept in; undefined keeps it in memory alone. */
  constructor(path: string | undefined) {
    const changed = (): void => {
      this.#dirty = true
    }
    this.#path = path
    this.roles = new Collection<Role>('Role', byName, changed)
    this.users = new Collection<User>('User', byName, changed)
    this.warehouses = new Collection<Warehouse>('Warehouse', byName, changed)
    this.databases = new Collection<Database>('Database', byName, changed)
    this.schemas = new Collection(
      'Schema',
      (schema) => printName([schema.database, schema.name]),
      changed,
    )
    this.stages = new Collection<Stage>('Stage', inSchema, changed)
    this.networkRules = new Collection<NetworkRule>('Network rule', inSchema, changed)
    this.secrets = new Collection<Secret>('Secret', inSchema, changed)
    this.integrations = new Collection<ExternalAccessIntegration>('Integration', byName, changed)
    this.computePools = new Collection<ComputePool>('Compute pool', byName, changed)
    this.imageRepositories = new Collection<ImageRepository>('Image repository', inSchema, changed)
    this.services = new Collection<Service>('Service', inSchema, changed)
    this.functions = new Collection<ServiceFunctionObject>(
      'Function',
      (fn) =>
        functionKey(
          [fn.database, fn.schema, fn.name],
          fn.arguments.map(({ type }) => type),
        ),
      changed,
    )
  }

  get grants(): readonly Grant[] {
    return this.#grants
  }
  set grants(grants: readonly Grant[]) {
    this.#grants = grants
    this.#dirty = true
  }

  /** Gives everything that one role owns to another. */
  transferOwnership(from: string, to: string): void {
    for (const [, collection] of this.#collections()) {
      for (const [key, object] of collection.entries() as [string, CatalogObject][]) {
        if (object.owner === from) collection.changeCommon(key, { owner: to })
      }
    }
  }

  /** Reads what was saved. False when there is nothing yet. */
  load(): boolean {
    const saved = this.#path === undefined ? undefined : maybeReadSaved(this.#path)
    if (saved === undefined) return false
    for (const [name, collection] of this.#collections()) collection.load(saved[name] ?? [])
    this.#grants = saved['grants'] ?? []
    return true
  }

  /**
   * Writes the file if anything changed since the last save: whole, then renamed into place. Only the account's own
   * user may read it, as it holds secrets.
   */
  save(): void {
    if (!this.#dirty) return
    this.#dirty = false
    if (this.#path === undefined) return
    const objects = Object.fromEntries(
      this.#collections().map(([name, collection]) => [name, collection.list()]),
    )
    writeFileSync(
      `${this.#path}.new`,
      JSON.stringify({ ...objects, grants: this.#grants }, null, 1),
      { mode: 0o600 },
    )
    renameSync(`${this.#path}.new`, this.#path)
  }

  #collections(): [string, Collection<never>][] {
    return Object.entries(this).filter(
      (entry): entry is [string, Collection<never>] => entry[1] instanceof Collection,
    )
  }
}

function byName({ name }: CatalogObject): string {
  return printIdentifier(name)
}

function inSchema({ database, schema, name }: SchemaObject): string {
  return printName([database, schema, name])
}

/** The key of a function: its name and the types of its arguments, which tell overloads apart. */
export function functionKey(name: readonly string[], types: readonly DataType[]): string {
  const printed = types.map((type) => printDataType(type).replace(/\(.*/, ''))
  return `${printName(name)}(${printed.join(', ')})`
}

function maybeReadSaved(path: string): Partial<Record<string, never[]>> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<string, never[]>>
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}
