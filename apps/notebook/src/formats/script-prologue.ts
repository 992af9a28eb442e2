/** What the cells of a notebook find without importing it. */
const PROVIDED = ['session', 'sql', 'identifier', 'display', 'input', 'progress', '_sql'] as const
type Provided = (typeof PROVIDED)[number]

/**
 * Where a script begins and ends: what its cells need of the notebook, and no more. Names of its own begin with $, so that
 * cells may have theirs.
 */
export interface Prologue {
  readonly imports: readonly string[]
  readonly code: readonly string[]
  readonly epilogue: readonly string[]
}

/**
 * @param text All code of the script.
 * @param declared Names that the cells declare themselves.
 */
export function prologueFor(text: string, declared: ReadonlySet<string>): Prologue {
  const uses = (name: Provided): boolean =>
    !declared.has(name) && new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(text)
  const hasSql = uses('sql')
  const hasIdentifier = uses('identifier')
  const hasSession = !declared.has('session') && (uses('session') || hasSql)
  const hasFrames = /(?<![\w$.])session\s*\.\s*(?:table|sql|createDataFrame|read|range)\b/.test(
    text,
  )
  return {
    imports: [
      ...(hasSession ? [`import { connect as $connect } from '@spcs/session'`] : []),
      ...(hasSession && hasFrames
        ? [`import { DataFrameSession as $DataFrameSession } from '@spcs/dataframe'`]
        : []),
      ...importsOfSql(hasSql, hasIdentifier),
      ...(uses('input')
        ? [`import { createInterface as $createInterface } from 'node:readline/promises'`]
        : []),
    ],
    code: [
      ...(hasSession ? [hasFrames ? FRAME_SESSION : SESSION] : []),
      ...(hasIdentifier ? [IDENTIFIER] : []),
      ...(hasSql ? [hasIdentifier ? SQL_WITH_IDENTIFIERS : SQL] : []),
      ...(uses('_sql') ? [`let _sql: Record<string, unknown>[] = []`] : []),
      ...(uses('display') ? [DISPLAY] : []),
      ...(uses('input') ? [INPUT] : []),
      ...(uses('progress') ? [PROGRESS] : []),
    ],
    epilogue: hasSession ? ['await session.close()'] : [],
  }
}

function importsOfSql(hasSql: boolean, hasIdentifier: boolean): readonly string[] {
  const names = [
    ...(hasIdentifier ? ['parseName as $parseName', 'quoteIdentifier as $quoteIdentifier'] : []),
    ...(hasSql ? ['toObjects as $toObjects', 'type Value as $Value'] : []),
  ]
  return names.length === 0 ? [] : [`import { ${names.join(', ')} } from '@spcs/sql'`]
}

const CONNECT = `$connect(
  process.env['SNOWFLAKE_CONNECTION'] ? { connection: process.env['SNOWFLAKE_CONNECTION'] } : {},
)`
const WHERE = `// In a container its token signs in; elsewhere SNOWFLAKE_CONNECTION names a section of connections.toml.`

const SESSION = `${WHERE}
const session = await ${CONNECT}`

const FRAME_SESSION = `${WHERE}
const session = new $DataFrameSession(await ${CONNECT})`

const SQL = `/** Runs a statement; values are bound, and a list is bound value by value. */
async function sql(
  texts: TemplateStringsArray,
  ...values: ($Value | readonly $Value[])[]
): Promise<Record<string, any>[]> {
  const places = values.map((value) => (Array.isArray(value) ? value.map(() => '?').join(', ') : '?'))
  const text = texts.map((each, at) => each + (places[at] ?? '')).join('')
  return $toObjects(await session.execute(text, { binds: values.flat() as $Value[] }))
}`

const IDENTIFIER = `/** A name in SQL: quoted, so that it can be nothing else. */
class $Identifier {
  readonly sql: string
  constructor(parts: readonly string[]) {
    this.sql = parts.map($quoteIdentifier).join('.')
  }
}
function identifier(name: string, ...more: readonly string[]): $Identifier {
  return new $Identifier(more.length === 0 ? $parseName(name) : [name, ...more])
}`

const SQL_WITH_IDENTIFIERS = `/** Runs a statement; values are bound, a list is bound value by value, and names are written. */
async function sql(
  texts: TemplateStringsArray,
  ...values: ($Identifier | $Value | readonly $Value[])[]
): Promise<Record<string, any>[]> {
  const places = values.map((value) => {
    if (value instanceof $Identifier) return value.sql
    return Array.isArray(value) ? value.map(() => '?').join(', ') : '?'
  })
  const text = texts.map((each, at) => each + (places[at] ?? '')).join('')
  const binds = values.filter((value) => !(value instanceof $Identifier)).flat() as $Value[]
  return $toObjects(await session.execute(text, { binds }))
}`

const DISPLAY = `/** Prints what the notebook would show. */
function $show(value: unknown): { update: (next: unknown) => void } {
  console.log(value)
  return { update: (next) => console.log(next) }
}
const display = Object.assign($show, {
  html: $show,
  markdown: $show,
  svg: $show,
  json: $show,
  table: (rows: unknown) => console.table(rows),
  vegaLite: $show,
  png: () => $show('[an image]'),
  update: (_id: string, value: unknown) => $show(value),
  clear: () => {},
})`

const INPUT = `async function $ask(prompt = ''): Promise<string> {
  const terminal = $createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(prompt)
  } finally {
    terminal.close()
  }
}
const input = Object.assign($ask, { password: $ask })`

const PROGRESS = `function progress(what: any): any {
  return typeof what === 'number' ? { advance() {}, set() {}, finish() {} } : what
}`
