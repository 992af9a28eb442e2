import { emptyCell } from '../notebook/apply-operation.ts'
import { printNotebook, TYPESCRIPT_METADATA } from '../notebook/ipynb.ts'
import type { Cell } from '../notebook/notebook.ts'

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

const QUERY = `const { rows } = await session.execute('SELECT ? AS GREETING', { binds: ['hello from Snowflake'] })
rows`

const FUNCTION_NOTE = `## Call the service function

\`CONVERT_UDF\` is the function that the convert-api service answers; \`npx spcs deploy\` creates it. The table
\`WEATHER\` is the quickstart's: \`npm start\` makes it in the local account.`

const WARM = `const warmerThan = 15`

const WARM_PLACES = `-- Values of TypeScript stand in \${…}: they are bound, and never become part of the statement's text.
SELECT LOCATION, TEMP_C, CONVERT_UDF(TEMP_C) AS FAHRENHEIT
FROM WEATHER
WHERE TEMP_C > \${warmerThan}
ORDER BY TEMP_C DESC;`

const DATAFRAME_NOTE = `## The same with a DataFrame

A DataFrame is a query that has not been run. It says what it runs by \`await dataFrame.toSql()\`; as the last value of a
cell it is shown as a grid.`

const DATAFRAME = `import { callUdf, col } from '@spcs/dataframe'

await session
  .table('weather')
  .withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C')))
  .show()`

/** The text of the notebook that a new user starts with: the quickstart's own, in TypeScript and SQL. */
export function printSampleNotebook(): string {
  return print([
    emptyCell('introduction', 'markdown', INTRODUCTION),
    emptyCell('token', 'typescript', TOKEN),
    emptyCell('context-note', 'markdown', 'Where the session stands:'),
    emptyCell('context', 'sql', CONTEXT),
    emptyCell('query', 'typescript', QUERY),
    emptyCell('function-note', 'markdown', FUNCTION_NOTE),
    emptyCell('warm', 'typescript', WARM),
    emptyCell('warm-places', 'sql', WARM_PLACES),
    emptyCell('dataframe-note', 'markdown', DATAFRAME_NOTE),
    emptyCell('dataframe', 'typescript', DATAFRAME),
  ])
}

/** The text of a notebook with one empty cell. */
export function printEmptyNotebook(): string {
  return print([emptyCell('first', 'typescript', '')])
}

function print(cells: readonly Cell[]): string {
  return printNotebook({ notebook: { cells, metadata: TYPESCRIPT_METADATA }, besides: {} })
}
