import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Catalogue } from '../../src/kernel/kernel.ts'
import type { OpenNotebook } from './open-notebook.ts'
import { SNOWFLAKE_FUNCTIONS } from './snowflake-functions.ts'
import { type SqlPlace, sqlPlace, type SqlTable } from './sql-scope.ts'
import { completeSqlKeywords } from './sql-keywords.ts'

type Table = Catalogue['tables'][number]
/** What is offered, as it is stored: `name` in the catalogue, `text` where it is no name. */
interface Offer {
  readonly label: string
  readonly type: 'table' | 'view' | 'column' | 'schema' | 'database' | 'function'
  readonly detail?: string
  readonly boost?: number
}

const FRESH_MS = 2000
const MOST_OPTIONS = 500
/** Asked for at once: the server takes a list of a hundred. */
const MOST_DATABASES = 50

/**
 * What goes on from what is typed in a SQL cell: columns of the tables that the statement names, tables, schemas,
 * functions, keywords. What stands in `${…}` is TypeScript, and the kernel's to complete.
 *
 * @param notebook Asked for its catalogue; without one there are functions and keywords.
 */
export async function completeSql(
  context: CompletionContext,
  notebook: OpenNotebook,
): Promise<CompletionResult | null> {
  const place = sqlPlace(context.state.doc.toString(), context.pos)
  if (place.kind !== 'word') return null
  if (place.typed === '' && place.path.length === 0 && !context.explicit) return null
  const [catalogue, keywords] = await Promise.all([
    catalogueOf(notebook, namedDatabases(place)),
    place.path.length === 0 ? completeSqlKeywords(context) : null,
  ])
  const options = sqlOffers(place, catalogue).map((offer) => optionOf(offer, place.typed))
  const all = [...options, ...(keywords?.options ?? [])].slice(0, MOST_OPTIONS)
  return all.length === 0 ? null : { from: place.from, to: place.to, options: all, filter: false }
}

/** The names and functions that fit a place. Enter at the end of a word must not make another of it. */
export function sqlOffers(place: SqlPlace, catalogue: Catalogue): readonly Offer[] {
  const typed = place.typed.replace(/^"/, '').toUpperCase()
  const fits = ({ label }: Offer): boolean =>
    label.length > typed.length && label.toUpperCase().startsWith(typed)
  const offers =
    place.path.length > 0 ? offersBelow(place, catalogue) : offersAlone(place, catalogue, typed)
  return unique(offers.filter(fits))
}

/** After `a.`: the columns of a table or of what the statement calls so, the tables of a schema. */
function offersBelow({ path, tables, isTable }: SqlPlace, catalogue: Catalogue): Offer[] {
  const named = path.length === 1 ? tables.filter((table) => callName(table) === path[0]) : []
  const columns = [...named.map(({ parts }) => parts), path].flatMap((parts) =>
    findTables(parts, catalogue).flatMap(columnsOf),
  )
  const inSchema = catalogue.tables.filter(
    ({ database, schema }) =>
      endsWith([database, schema], path) && (path.length > 1 || database === catalogue.database),
  )
  const schemas = catalogue.tables
    .filter(({ database }) => path.length === 1 && database === path[0])
    .map(({ schema }): Offer => ({ label: schema, type: 'schema' }))
  return isTable
    ? [...inSchema.map(tableOffer), ...schemas]
    : [...columns, ...inSchema.map(tableOffer)]
}

function offersAlone({ tables, isTable }: SqlPlace, catalogue: Catalogue, typed: string): Offer[] {
  const own = catalogue.tables.filter(({ database }) => database === catalogue.database)
  const known = own.filter(({ schema }) => schema === catalogue.schema).map(tableOffer)
  const schemas = own.map(({ schema }): Offer => ({ label: schema, type: 'schema' }))
  const databases = catalogue.databases.map((label): Offer => ({ label, type: 'database' }))
  if (isTable) return [...known, ...schemas, ...databases]
  const columns = tables.flatMap(({ parts }) => findTables(parts, catalogue).flatMap(columnsOf))
  const aliases = tables.map((table): Offer => ({
    label: callName(table),
    type: 'table',
    boost: 1,
  }))
  const functions: Offer[] =
    typed.length < 2 ? [] : SNOWFLAKE_FUNCTIONS.map((label) => ({ label, type: 'function' }))
  return [...columns, ...aliases, ...known, ...functions]
}

function callName({ parts, alias }: SqlTable): string {
  return alias ?? parts.at(-1) ?? ''
}

/** Tables by one, two or three parts of their name; what is not said is the current database and schema. */
function findTables(
  parts: readonly string[],
  { tables, database, schema }: Catalogue,
): readonly Table[] {
  return tables.filter(
    (table) =>
      endsWith([table.database, table.schema, table.name], parts) &&
      (parts.length > 2 || table.database === database) &&
      (parts.length > 1 || table.schema === schema),
  )
}

/** Databases that a statement names, or is about to: the kernel reads them when they are asked for. */
export function namedDatabases({ path, tables }: SqlPlace): readonly string[] {
  const named = tables.flatMap(({ parts }) => (parts.length > 2 ? (parts[0] ?? []) : []))
  return [...new Set([...path.slice(0, 1), ...named])].slice(0, MOST_DATABASES).toSorted()
}

function endsWith(all: readonly string[], last: readonly string[]): boolean {
  return (
    last.length <= all.length && last.every((part, index) => part === all.at(index - last.length))
  )
}

function columnsOf({ columns }: Table): Offer[] {
  return columns.map(({ name, type }) => ({ label: name, type: 'column', detail: type, boost: 2 }))
}

function tableOffer({ name, kind }: Table): Offer {
  return { label: name, type: kind === 'VIEW' ? 'view' : 'table', boost: 1 }
}

function unique(offers: readonly Offer[]): readonly Offer[] {
  return [...new Map(offers.map((offer) => [`${offer.type} ${offer.label}`, offer])).values()]
}

/** A name as one types it: in the case in which it was begun, in quotes where Snowflake would fold it to another. */
function optionOf({ label, type, detail = type, boost = 0 }: Offer, typed: string): Completion {
  const isPlain = /^[A-Z_][A-Z0-9_$]*$/.test(label)
  const isLower = /^[^A-Z]*[a-z]/.test(typed)
  const quoted = `"${label.replaceAll('"', '""')}"`
  const written =
    isPlain && !typed.startsWith('"') ? (isLower ? label.toLowerCase() : label) : quoted
  return { label: written, type, detail, boost }
}

interface Asked {
  readonly at: number
  readonly databases: string
  readonly catalogue: Promise<Catalogue>
}

const EMPTY: Catalogue = { database: null, schema: null, databases: [], tables: [] }
const asked = new WeakMap<OpenNotebook, Asked>()

/** A list that is open asks at every key; the kernel is asked every other second. */
function catalogueOf(notebook: OpenNotebook, named: readonly string[]): Promise<Catalogue> {
  const databases = named.join('\n')
  const known = asked.get(notebook)
  const isFresh = known !== undefined && performance.now() - known.at < FRESH_MS
  if (isFresh && known.databases === databases) return known.catalogue
  const catalogue = notebook.catalogue(named).catch(() => EMPTY)
  asked.set(notebook, { at: performance.now(), databases, catalogue })
  return catalogue
}
