import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { describe, expect, test, vi } from 'vitest'
import { printNotebook } from '../notebook/ipynb.ts'
import { emptyCell } from '../notebook/apply-operation.ts'
import { ResultFolders } from '../results/result-folders.ts'
import { RESULT_MIME } from '../results/result.ts'
import { printRows } from '../results/testing/result-of.ts'
import { KernelTerminals } from '../terminal/kernel-terminals.ts'
import { ALICE, listening, testApp, type TestApp } from '../testing/test-app.ts'
import { openNotebooks, type RunningNotebooks } from './open-notebooks.ts'

const NOTEBOOK = "f/it's sales.ipynb"
const ROWS = [
  ['1', 'a'],
  ['3', null],
  ['2', 'b'],
]

interface Served extends TestApp {
  readonly folder: string
  readonly get: (
    question: string,
    fields?: Readonly<Record<string, string>>,
    options?: InjectOptions,
  ) => Promise<LightMyRequestResponse>
}

/** A notebook that shows the result `r-1`, and its rows. No kernel runs. */
async function served(rows: readonly (readonly (string | null)[])[] = ROWS): Promise<Served> {
  const terminals = new KernelTerminals()
  const notebooks: { all?: RunningNotebooks } = {}
  const all = testApp(
    { identity: { mode: 'ingress' }, logLevel: 'error' },
    {
      terminals,
      // The folders are known once the configuration is made.
      notebooks: new Proxy({} as RunningNotebooks, {
        get: (_target, name: keyof RunningNotebooks) => notebooks.all?.[name],
      }),
    },
  )
  const { directory, config, app } = all
  mkdirSync(join(directory, 'f'))
  writeFileSync(join(directory, NOTEBOOK), notebookShowing('r-1', rows.length))
  const folder = await new ResultFolders({
    directory: join(config.stateDirectory, 'results'),
    mostBytes: 1_000_000,
  }).folder(NOTEBOOK)
  writeFileSync(join(folder, 'r-1.rows'), printRows(rows))
  notebooks.all = openNotebooks(config, terminals)
  return {
    ...all,
    folder,
    get: (question, fields = {}, options = {}) =>
      app.inject({
        url: `/api/results/${question}`,
        query: { path: NOTEBOOK, result: 'r-1', ...fields },
        headers: ALICE,
        ...options,
      }),
  }
}

function notebookShowing(resultId: string, rowCount: number): string {
  const columns = [
    { name: 'N', type: 'NUMBER', nullable: true },
    { name: 'T', type: 'VARCHAR', nullable: true },
  ]
  const bundle = { resultId, columns, rowCount, firstRows: [], queryId: null, durationMs: null }
  const output = {
    type: 'display',
    data: { [RESULT_MIME]: bundle, 'text/plain': 'rows' },
    metadata: {},
    trusted: true,
  } as const
  const cell = { ...emptyCell('cell', 'sql', 'SELECT 1'), outputs: [output] }
  return printNotebook({ notebook: { cells: [cell], metadata: {} }, besides: {} })
}

const DESCENDING = JSON.stringify([{ column: 0, descending: true }])
const FROM_TWO = JSON.stringify([{ column: 0, operator: 'at-least', value: '2' }])

describe('/api/results', () => {
  test('gives rows as they are, in order, and filtered', async () => {
    const { get } = await served()
    const response = await get('rows', { offset: '1', limit: '1' })
    expect([response.statusCode, response.json()]).toEqual([
      200,
      { offset: 1, rows: [['3', null]], total: 3 },
    ])
    expect(response.headers).toMatchObject({
      'cache-control': expect.stringContaining('no-store'),
      'x-content-type-options': 'nosniff',
    })
    expect((await get('rows')).json()).toEqual({ offset: 0, rows: ROWS, total: 3 })
    expect((await get('rows', { sort: DESCENDING, filters: FROM_TWO })).json()).toEqual({
      offset: 0,
      rows: [
        ['3', null],
        ['2', 'b'],
      ],
      total: 2,
    })
  })

  test('gives statistics and what a chart draws', async () => {
    const { get } = await served()
    expect((await get('statistics', { column: '0', filters: FROM_TWO })).json()).toMatchObject({
      count: 2,
      minimum: '2',
      mean: 2.5,
    })
    const chart = await get('chart', { x: '1', y: '0', color: '1', aggregate: 'sum' })
    expect(chart.json()).toEqual({
      rows: [
        { x: 'a', y: 1, color: 'a' },
        { x: null, y: 3, color: null },
        { x: 'b', y: 2, color: 'b' },
      ],
      isCut: false,
    })
  })

  test('gives files that nothing opens, with good names (CVE-2018-21030, CVE-2015-7337, CVE-2023-40170, CVE-2026-73415)', async () => {
    const { get } = await served()
    const csv = await get('export', { format: 'csv', sort: DESCENDING, filters: FROM_TWO })
    expect(csv.body).toBe('N,T\r\n3,\r\n2,b\r\n')
    expect(csv.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(csv.body.length),
      'content-disposition':
        'attachment; filename="it_s sales-2-rows.csv"; filename*=UTF-8\'\'it%27s%20sales-2-rows.csv',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': expect.stringContaining('no-store'),
      'x-content-type-options': 'nosniff',
    })
    expect((await get('export', { format: 'json' })).json()).toHaveLength(3)
    const parquet = await get('export', { format: 'parquet' })
    expect(parquet.rawPayload.subarray(0, 4).toString()).toBe('PAR1')
  })

  const refused: readonly [string, Readonly<Record<string, string>>, string][] = [
    ['rows', { result: '../notebook' }, 'result'],
    ['rows', { result: '..%2fr-1' }, 'result'],
    ['rows', { result: 'x'.repeat(65) }, 'result'],
    ['rows', { offset: '-1' }, 'offset'],
    ['rows', { limit: '1001' }, 'limit'],
    ['rows', { sort: '{' }, 'sort'],
    ['rows', { sort: '{}' }, 'sort'],
    ['rows', { sort: '[0]' }, 'sort[0]'],
    ['rows', { sort: '[{"column":2,"descending":true}]' }, 'sort[0].column'],
    ['rows', { sort: '[{"column":"0","descending":true}]' }, 'sort[0].column'],
    ['rows', { sort: '[{"column":0}]' }, 'sort[0].descending'],
    ['rows', { filters: `[${Array(65).fill('{}').join()}]` }, 'filters'],
    ['rows', { filters: '[{"column":0,"operator":"like"}]' }, 'filters[0].operator'],
    ['rows', { filters: '[{"column":0,"operator":"less"}]' }, 'filters[0].value'],
    ['rows', { filters: '[{"column":0,"operator":"less","value":"x"}]' }, 'filters[0].value'],
    ['statistics', {}, 'column'],
    ['statistics', { column: '9' }, 'column'],
    ['chart', { x: '0', y: '0' }, 'aggregate'],
    ['chart', { x: '0', aggregate: 'sum' }, 'y'],
    ['chart', { x: '0', y: '1', aggregate: 'sum' }, 'aggregate'],
    ['chart', { x: '0', y: '1', color: 'red', aggregate: 'none' }, 'color'],
    ['export', { format: 'xlsx' }, 'format'],
  ]

  test('refuses what it cannot read, naming the field', async () => {
    const { get } = await served()
    for (const [question, fields, field] of refused) {
      const response = await get(question, fields)
      expect([question, fields, response.statusCode, response.json()]).toMatchObject([
        question,
        fields,
        400,
        { code: 'REQUEST_INVALID', error: expect.stringContaining(`"${field}"`) },
      ])
    }
  })

  test('says so when the rows are gone, or were never of this notebook', async () => {
    const { get, folder, directory } = await served()
    writeFileSync(join(folder, 'hidden.rows'), '["1","not shown"]\n')
    writeFileSync(join(directory, 'other.ipynb'), notebookShowing('r-1', 3))
    const fields = [{ result: 'hidden' }, { result: 'r-2' }, { path: 'other.ipynb' }]
    for (const field of fields) {
      const response = await get('rows', field)
      expect([response.statusCode, response.json().code]).toEqual([404, 'RESULT_GONE'])
    }
    rmSync(join(folder, 'r-1.rows'))
    for (const [question, field] of [
      ['rows', {}],
      ['rows', { sort: DESCENDING }],
      ['statistics', { column: '0' }],
      ['chart', { x: '0', y: '0', aggregate: 'count' }],
      ['export', { format: 'parquet' }],
    ] as const) {
      const response = await get(question, field)
      expect([question, response.statusCode, response.json()]).toEqual([
        question,
        404,
        {
          code: 'RESULT_GONE',
          error: 'Cannot read the rows of this result: they are gone',
          hint: 'Run the cell again',
        },
      ])
    }
  })

  test('is for those who may read the notebook', async () => {
    const { get } = await served()
    const status = async (fields: Readonly<Record<string, string>>, headers = ALICE) =>
      (await get('rows', fields, { headers })).statusCode
    expect(await status({}, {})).toBe(401)
    expect(await status({}, { ...ALICE, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await status({ path: '../state/results' })).toBe(403)
    expect(await status({ path: 'f/.hidden.ipynb' })).toBe(403)
    expect(await status({ path: 'f/missing.ipynb' })).toBe(404)
  })

  test('keeps the results of a notebook that is renamed while it is closed, and none of one that is deleted', async () => {
    const { app, get, config } = await served()
    const headers = { ...ALICE, 'x-spcs-notebook': '1' }
    const renamed = await app.inject({
      method: 'POST',
      url: '/api/files/rename',
      headers,
      payload: { from: 'f', to: 'g' },
    })
    expect(renamed.statusCode).toBe(200)
    const path = NOTEBOOK.replace('f/', 'g/')
    expect((await get('rows', { path })).json().total).toBe(3)
    await app.inject({ method: 'DELETE', url: '/api/files', query: { path }, headers })
    expect(readdirSync(join(config.stateDirectory, 'results'))).toEqual([])
    // The one above was open by then.
    const closed = await served()
    await closed.app.inject({
      method: 'DELETE',
      url: '/api/files',
      query: { path: NOTEBOOK },
      headers,
    })
    expect(readdirSync(join(closed.config.stateDirectory, 'results'))).toEqual([])
  })

  test('stops working on an answer that nobody waits for', async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => [String(at), `text ${at}`.repeat(10)])
    const { app, config } = await served(rows)
    const host = await listening(app)
    const query = new URLSearchParams({
      path: NOTEBOOK,
      result: 'r-1',
      format: 'json',
      sort: DESCENDING,
    })
    const exports = join(config.stateDirectory, 'result-work', 'exports')
    const files = (): readonly string[] => {
      try {
        return readdirSync(exports)
      } catch {
        return []
      }
    }
    const asked = request(`http://${host}/api/results/export?${query}`, { headers: ALICE })
    asked.on('error', () => {})
    asked.end()
    await vi.waitUntil(() => files().length > 0, { interval: 1 })
    asked.destroy()
    await vi.waitUntil(() => files().length === 0, { interval: 1 })
    const next = await app.inject({
      url: '/api/results/rows',
      query: { path: NOTEBOOK, result: 'r-1', limit: '1', sort: DESCENDING },
      headers: ALICE,
    })
    expect(next.json().rows[0][0]).toBe('99999')
  })
})
