const TITLE = `# A year of weather

Towns measure in degrees Celsius. The service function \`CONVERT_UDF\` answers each row that SQL gives it with
$F = \\tfrac{9}{5}\\,C + 32$.`

const LIMIT = 'const warmerThan = 12'

const WARM = `SELECT DATE, LOCATION, TEMP_C, CONVERT_UDF(TEMP_C) AS TEMP_F
FROM WEATHER
WHERE TEMP_C > \${warmerThan}
ORDER BY TEMP_C DESC;`

const YEAR = `const towns = { Leeds: 9, Lisbon: 17, Tromso: 3 }
const degrees = (mean: number, day: number) => mean - 8 * Math.cos((day - 20) / 58) + 2 * Math.sin(day / 5)

display.table(
  Object.entries(towns).flatMap(([TOWN, mean]) =>
    Array.from({ length: 365 }, (_, day) => ({
      DAY: new Date(Date.UTC(2023, 0, 1 + day)), TOWN, TEMP_C: Math.round(10 * degrees(mean, day)) / 10,
    })),
  ),
)`

const FRAME = `import { callUdf, col } from '@spcs/dataframe'

const fahrenheit = session
  .table('weather')
  .withColumn('TEMP_F_SNOWPARK', callUdf('convert_udf', col('TEMP_C')))
await fahrenheit.show()`

/** A cell of the notebook that the pictures show, by what it is about. */
export type DemoCell = 'title' | 'limit' | 'warm' | 'year' | 'frame'

/** The notebook's file. */
export function printDemoNotebook(): string {
  const chart = { mark: 'line', x: 'DAY', y: 'TEMP_C', aggregate: 'mean', color: 'TOWN' }
  const cells = [
    { id: 'title', cell_type: 'markdown', metadata: {}, source: TITLE },
    code('limit', LIMIT, { tags: ['parameters'] }),
    code('warm', WARM, { spcs: { language: 'sql' } }),
    code('year', YEAR, { spcs: { chart } }),
    code('frame', FRAME, {}),
  ]
  const kernelspec = { name: 'typescript', display_name: 'TypeScript', language: 'typescript' }
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 })
}

function code(id: DemoCell, source: string, metadata: object): object {
  return { id, cell_type: 'code', metadata, source, outputs: [], execution_count: null }
}
