const INTRODUCTION = `# TypeScript in Snowpark Container Services

This notebook runs inside Snowflake, or in the local account, next to your data. Cells are TypeScript or SQL and
share one session: \`session\` connects when it is first used, as the service's own role.`

const TOKEN = `import { existsSync, statSync } from 'node:fs'

// Snowflake puts an OAuth token into every container and renews it every few minutes.
// It is a secret: look at whether it is there, never at what it says.
const tokenFile = \`\${process.env.SPCS_SESSION_DIR ?? '/snowflake/session'}/token\`
existsSync(tokenFile)
  ? \`token of \${statSync(tokenFile).size} bytes, renewed \${statSync(tokenFile).mtime.toISOString()}\`
  : 'no token: this is no container, so the session connects by a connection of connections.toml'`

const CONTEXT = `SELECT CURRENT_WAREHOUSE() AS WAREHOUSE, CURRENT_DATABASE() AS DATABASE,
       CURRENT_SCHEMA() AS SCHEMA, CURRENT_ROLE() AS ROLE;`

const QUERY = `const greeting = await session.query('SELECT ? AS GREETING', { binds: ['hello from Snowflake'] })
greeting`

const FUNCTION_NOTE = `## Call the service function

\`CONVERT_UDF\` is the function that the convert-api service answers. The table \`WEATHER\` comes from the quickstart's
setup: \`npx spcs setup\` creates it, \`npx spcs deploy\` the function.`

const WEATHER = `SELECT *, CONVERT_UDF(TEMP_C) AS TEMP_F_SNOWPARK FROM WEATHER ORDER BY DATE;`

/** The text of the notebook that a new user starts with: the quickstart's own, in TypeScript and SQL. */
export function printSampleNotebook(): string {
  return print([
    markdown('introduction', INTRODUCTION),
    code('token', TOKEN, 'typescript'),
    markdown('context-note', 'Where the session stands:'),
    code('context', CONTEXT, 'sql'),
    code('query', QUERY, 'typescript'),
    markdown('function-note', FUNCTION_NOTE),
    code('weather', WEATHER, 'sql'),
  ])
}

/** The text of a notebook with one empty cell. */
export function printEmptyNotebook(): string {
  return print([code('first', '', 'typescript')])
}

type FileCell = Readonly<Record<string, unknown>>

function markdown(id: string, source: string): FileCell {
  return { cell_type: 'markdown', id, metadata: {}, source: lines(source) }
}

function code(id: string, source: string, language: 'typescript' | 'sql'): FileCell {
  return {
    cell_type: 'code',
    execution_count: null,
    id,
    metadata: language === 'sql' ? { spcs: { language: 'sql' } } : {},
    outputs: [],
    source: lines(source),
  }
}

/** nbformat keeps a text as its lines, each with its end. */
function lines(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

function print(cells: readonly FileCell[]): string {
  const metadata = {
    kernelspec: { display_name: 'TypeScript', language: 'typescript', name: 'typescript' },
    language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/x-typescript' },
  }
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`
}
