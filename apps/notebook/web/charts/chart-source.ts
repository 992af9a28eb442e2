import type { ResultBundle } from '../../src/results/result.ts'
import type { ChartChoice } from './chart-choice.ts'
import { describeChart, markAndEncoding, VEGA_LITE } from './chart-spec.ts'

/** What Vega-Lite calls the ways to aggregate. */
const OPERATIONS = { sum: 'sum', mean: 'mean', minimum: 'min', maximum: 'max' } as const

/** A cell that draws the same chart from the rows in the kernel: a start for what the menus cannot do. */
export function chartSource(bundle: ResultBundle, choice: ChartChoice): string {
  const variable = bundle.variable ?? '_sql'
  const { mark, encoding, height } = markAndEncoding(choice, bundle.columns) as {
    readonly height: number
    readonly mark: unknown
    readonly encoding: Readonly<Record<string, object>>
  }
  const spec = {
    $schema: VEGA_LITE,
    description: describeChart(choice),
    height,
    mark,
    encoding: { ...encoding, y: { ...encoding['y'], ...aggregated(choice) } },
  }
  const fields = [
    `x: ${readField(bundle, choice.x)}`,
    ...(choice.y === null ? [] : [`y: ${readField(bundle, choice.y)}`]),
    ...(choice.color === null ? [] : [`color: ${readField(bundle, choice.color)}`]),
  ]
  return [
    `const chartRows = Array.isArray(${variable}) ? ${variable} : await ${variable}.toObjects()`,
    'display({',
    "  'application/vnd.vegalite.v6+json': {",
    ...Object.entries(spec).map(([name, value]) => `    ${name}: ${printLiteral(value)},`),
    '    data: {',
    '      values: chartRows.map((row) => ({',
    ...fields.map((field) => `        ${field},`),
    '      })),',
    '    },',
    '  },',
    '})',
  ].join('\n')
}

function aggregated({ aggregate }: ChartChoice): object {
  switch (aggregate) {
    case 'none':
      return {}
    case 'count':
      return { aggregate: 'count', field: undefined }
    default:
      return { aggregate: OPERATIONS[aggregate] }
  }
}

/** JSON has no bigint, which a large NUMBER is. */
function readField({ columns }: ResultBundle, name: string): string {
  const value = `row[${JSON.stringify(name)}]`
  return columns.find((column) => column.name === name)?.type === 'NUMBER'
    ? `Number(${value})`
    : value
}

/** JSON with spaces, and names without quotes where they need none. */
function printLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printLiteral).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
      return `${key}: ${printLiteral(member)}`
    })
  return `{ ${members.join(', ')} }`
}
