import type { Conversion } from '../../src/formats/conversions.ts'
import type { ExportFormat } from '../../src/formats/export-notebook.ts'
import type { FileEntry, Me } from '../../src/protocol.ts'
import type {
  ChartData,
  ColumnStatistics,
  ResultFilter,
  ResultSort,
  ResultWindow,
} from '../../src/results/result.ts'

/** An answer of the server that is not the one asked for. */
export class ServerError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, hint?: string) {
    super(message)
    this.name = 'ServerError'
    this.code = code
    this.hint = hint
  }
}

export const serverApi = {
  me: (): Promise<Me> => ask('GET', '/api/me'),
  files: (path: string): Promise<readonly FileEntry[]> =>
    ask('GET', `/api/files?${query({ path })}`),
  upload: (path: string, file: Blob, overwrite: boolean): Promise<unknown> =>
    ask(
      'PUT',
      `/api/files/content?${query(overwrite ? { path, overwrite: 'true' } : { path })}`,
      file,
    ),
  remove: (path: string): Promise<unknown> => ask('DELETE', `/api/files?${query({ path })}`),
  rename: (from: string, to: string): Promise<unknown> =>
    ask('POST', '/api/files/rename', { from, to }),
  createFolder: (path: string): Promise<unknown> => ask('POST', '/api/files/folder', { path }),
  createNotebook: (path: string, sample: boolean): Promise<unknown> =>
    ask('POST', '/api/notebooks', sample ? { path, sample } : { path }),
  /** Makes a notebook of a file of another kind, beside it. */
  importNotebook: (
    path: string,
  ): Promise<{ readonly path: string; readonly conversions: readonly Conversion[] }> =>
    ask('POST', '/api/notebooks/import', { path }),
  shells: (): Promise<readonly { readonly id: string }[]> => ask('GET', '/api/shells'),
  openShell: (): Promise<{ readonly id: string }> => ask('POST', '/api/shells', {}),
  closeShell: (id: string): Promise<unknown> => ask('DELETE', `/api/shells?${query({ id })}`),
  resultRows: (
    { path, result }: ResultPlace,
    rows: {
      readonly offset: number
      readonly limit: number
      readonly sort: readonly ResultSort[]
      readonly filters: readonly ResultFilter[]
    },
    signal?: AbortSignal,
  ): Promise<ResultWindow> =>
    ask('GET', `/api/results/rows?${query({ path, result, ...asTexts(rows) })}`, undefined, signal),
  resultStatistics: (
    { path, result }: ResultPlace,
    column: { readonly column: number; readonly filters: readonly ResultFilter[] },
    signal?: AbortSignal,
  ): Promise<ColumnStatistics> =>
    ask(
      'GET',
      `/api/results/statistics?${query({ path, result, ...asTexts(column) })}`,
      undefined,
      signal,
    ),
  resultChart: (
    { path, result }: ResultPlace,
    chart: {
      readonly x: number
      readonly y: number
      readonly color?: number | undefined
      readonly aggregate: ChartAggregate
      readonly filters: readonly ResultFilter[]
    },
    signal?: AbortSignal,
  ): Promise<ChartData> =>
    ask(
      'GET',
      `/api/results/chart?${query({ path, result, ...asTexts(chart) })}`,
      undefined,
      signal,
    ),
}

/** The notebook that a result was made in, and its id. */
export interface ResultPlace {
  readonly path: string
  readonly result: string
}

export type ChartAggregate = 'sum' | 'mean' | 'count' | 'minimum' | 'maximum' | 'none'

/** Address of a result as a file, for a link with `download`. */
export function resultAddress(
  { path, result }: ResultPlace,
  rows: {
    readonly format: 'csv' | 'json' | 'parquet'
    readonly sort: readonly ResultSort[]
    readonly filters: readonly ResultFilter[]
  },
): string {
  return `/api/results/export?${query({ path, result, ...asTexts(rows) })}`
}

/** Address of a file's bytes, for a link with `download`. */
export function fileAddress(path: string): string {
  return `/api/files/content?${query({ path })}`
}

/** Address of the bytes of an image that a notebook names by its place. */
export function imageBesideAddress(notebook: string, address: string): string {
  return `/api/files/image?${query({ notebook, address })}`
}

/** Address of an open notebook in another format, for a link with `download`. */
export function exportAddress(path: string, format: ExportFormat): string {
  return `/api/notebooks/export?${query({ path, format })}`
}

/** Address of everything that a cell has printed. */
export function outputAddress(path: string, cell: string): string {
  return `/api/notebooks/output?${query({ path, cell })}`
}

/** Address of a socket of this server. */
export function socketAddress(path: string, parameters: Record<string, string>): string {
  const base = new URL(path, location.href)
  base.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:'
  base.search = query(parameters)
  return base.href
}

function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString()
}

/** Parameters as the server reads them: texts as they are, everything else as JSON. */
function asTexts(parameters: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]: [string, unknown]) =>
      value === undefined
        ? []
        : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  )
}

async function ask<Answer>(
  method: string,
  address: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const isFile = body instanceof Blob
  const headers: Record<string, string> = { 'x-spcs-notebook': '1' }
  if (body !== undefined)
    headers['content-type'] = isFile ? 'application/octet-stream' : 'application/json'
  let response: Response
  try {
    response = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : isFile ? body : JSON.stringify(body),
      signal: signal ?? null,
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ServerError('UNREACHABLE', 'The server cannot be reached', 'Try again in a moment')
  }
  const text = await response.text()
  const answer = parseJson(text)
  if (response.ok) return answer as Answer
  const said = answer as { error?: unknown; code?: unknown; hint?: unknown } | undefined
  throw new ServerError(
    typeof said?.code === 'string' ? said.code : `HTTP_${response.status}`,
    typeof said?.error === 'string' ? said.error : `The server answered ${response.status}`,
    typeof said?.hint === 'string' ? said.hint : undefined,
  )
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
