import type { Page } from 'playwright-core'
import type {
  ChartData,
  ColumnStatistics,
  ResultBundle,
  ResultBundleColumn,
  ResultFilter,
  ResultRow,
  ResultSort,
} from '@spcs/notebook/results/result'

const CITIES = ['Berlin', 'Lisboa', 'München', 'Tōkyō', 'Zürich', 'Ulaanbaatar', 'São Paulo']

const FIRST_COLUMNS: readonly ResultBundleColumn[] = [
  { name: 'ID', type: 'NUMBER', nullable: false },
  { name: 'CITY', type: 'VARCHAR', nullable: true },
  { name: 'MEASURED_ON', type: 'DATE', nullable: false },
  { name: 'TEMP_C', type: 'FLOAT', nullable: true },
  { name: 'DETAILS', type: 'VARIANT', nullable: true },
]

/** A result of any size whose rows are computed, and what the server would answer about it. */
export class FakeResults {
  readonly columns: readonly ResultBundleColumn[]
  readonly rowCount: number
  /** Addresses that were asked for, in order. */
  readonly asked: URL[] = []
  /** Answers RESULT_GONE from now on. */
  isGone = false
  /** Answers nothing until the promise is done. */
  hold: Promise<unknown> = Promise.resolve()

  constructor(rowCount: number, columnCount: number) {
    this.rowCount = rowCount
    this.columns = Array.from(
      { length: columnCount },
      (_, at) => FIRST_COLUMNS[at] ?? { name: `MEASURE_${at}`, type: 'NUMBER', nullable: true },
    )
  }

  bundle(more: Partial<ResultBundle> = {}): ResultBundle {
    return {
      resultId: 'r-1',
      columns: this.columns,
      rowCount: this.rowCount,
      firstRows: Array.from({ length: Math.min(50, this.rowCount) }, (_, at) => this.row(at)),
      queryId: '01b2c3d4-0000-4e5f-0000-000000000001',
      durationMs: 1_234,
      rowsAffected: null,
      variable: null,
      ...more,
    }
  }

  row(index: number): ResultRow {
    return this.columns.map((_, at) => {
      switch (at) {
        case 0:
          return String(index + 1)
        case 1:
          return index % 11 === 4 ? null : (CITIES[index % CITIES.length] ?? '')
        case 2:
          return new Date(Date.UTC(2024, 0, 1 + (index % 400))).toISOString().slice(0, 10)
        case 3:
          return (Math.sin(index / 9) * 20 + 12).toFixed(1)
        case 4:
          return `{"sensor":{"id":${index},"exact":12345678901234567890},"tags":["a","b"]}`
        default:
          return (index * at) % 13 === 5 ? null : String((index * at * 7_919) % 100_003)
      }
    })
  }

  /** Answers the questions of this page. */
  async serve(page: Page): Promise<void> {
    await page.route('**/api/results/**', async (route) => {
      const address = new URL(route.request().url())
      this.asked.push(address)
      await this.hold
      const answer = this.isGone ? undefined : this.#answer(address)
      // The page may have dropped the question meanwhile.
      await route
        .fulfill(
          answer === undefined
            ? { status: 404, json: { error: 'The rows are not here', code: 'RESULT_GONE' } }
            : { json: answer },
        )
        .catch(() => {})
    })
  }

  #answer({ pathname, searchParams }: URL): unknown {
    const filters = JSON.parse(searchParams.get('filters') ?? '[]') as readonly ResultFilter[]
    switch (pathname) {
      case '/api/results/rows': {
        const sort = JSON.parse(searchParams.get('sort') ?? '[]') as readonly ResultSort[]
        const offset = Number(searchParams.get('offset'))
        const limit = Number(searchParams.get('limit'))
        const total = filters.length === 0 ? this.rowCount : Math.floor(this.rowCount / 7)
        const count = Math.max(0, Math.min(limit, total - offset))
        const isTurned = sort[0]?.descending === true
        const rows = Array.from({ length: count }, (_, at) => {
          const index = isTurned ? total - 1 - offset - at : offset + at
          return this.row(filters.length === 0 ? index : index * 7)
        })
        return { offset, rows, total }
      }
      case '/api/results/statistics':
        return this.#statistics(Number(searchParams.get('column')))
      case '/api/results/chart':
        return this.#chart(searchParams.has('color'))
      default:
        return undefined
    }
  }

  #statistics(column: number): ColumnStatistics {
    const isNumber = this.columns[column]?.type !== 'VARCHAR'
    return {
      count: this.rowCount,
      nulls: Math.floor(this.rowCount / 11),
      distinct: isNumber ? 401 : CITIES.length,
      minimum: isNumber ? '-8.0' : 'Berlin',
      maximum: isNumber ? '32.0' : 'Zürich',
      mean: isNumber ? 12.034_567 : null,
      standardDeviation: isNumber ? 14.1 : null,
      histogram: isNumber
        ? Array.from({ length: 20 }, (_, at) => ({
            from: String(-8 + at * 2),
            to: String(-6 + at * 2),
            count: Math.round(40_000 + 30_000 * Math.cos(at / 3)),
          }))
        : null,
      mostFrequent: CITIES.map((value, at) => ({
        value: at === 3 ? null : value,
        count: Math.floor(this.rowCount / (at + 3)),
      })),
    }
  }

  #chart(isColored: boolean): ChartData {
    return {
      rows: CITIES.slice(0, 5).flatMap((x, at) =>
        (isColored ? ['a', 'b', 'c'] : [undefined]).map((color, nth) => ({
          x,
          y: 40 + at * 17 + nth * 9,
          ...(color === undefined ? {} : { color }),
        })),
      ),
      isCut: false,
    }
  }
}
