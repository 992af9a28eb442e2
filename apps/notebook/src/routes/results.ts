import { basename } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../errors.ts'
import { safePath, type ServedFolder } from '../files/safe-path.ts'
import { FILE_POLICY } from '../gate/security-headers.ts'
import { AGGREGATES } from '../results/chart.ts'
import { isResultId } from '../results/result-folders.ts'
import type { ResultStore, StoredResult } from '../results/result-store.ts'
import { EXPORT_FORMATS } from '../results/row-export.ts'
import { attachment } from './attachment.ts'
import { invalidRequest, maybeText, readTexts } from './read-request.ts'
import { readColumn, readFilters, readRowsQuestion, readWhole, readWord } from './result-request.ts'
import type { ServerNotebooks } from './server-notebooks.ts'

const USUAL_ROWS = 200
const MOST_ROWS = 1_000

export interface ResultRoutesOptions {
  readonly folder: ServedFolder
  readonly notebooks: ServerNotebooks
  readonly results: ResultStore
}

/** Questions about the rows of results, for whoever may read the notebook that shows them. See results/result.ts. */
export function resultRoutes(app: FastifyInstance, options: ResultRoutesOptions): void {
  const { results } = options

  app.get('/api/results/rows', { config: { access: 'read' } }, async (request, reply) => {
    const offset = readWhole(request.query, 'offset', 0)
    const limit = readWhole(request.query, 'limit', USUAL_ROWS)
    if (limit > MOST_ROWS) throw invalidRequest(`"limit" is more than ${MOST_ROWS}`)
    const { result } = await readResult(request, options)
    const question = readRowsQuestion(request.query, result)
    return await results.window(result, { ...question, offset, limit }, signalOf(reply))
  })

  app.get('/api/results/statistics', { config: { access: 'read' } }, async (request, reply) => {
    const { result } = await readResult(request, options)
    const column = readColumn(request.query, 'column', result)
    const filters = readFilters(request.query, result)
    return await results.statistics(result, { column, filters }, signalOf(reply))
  })

  app.get('/api/results/chart', { config: { access: 'read' } }, async (request, reply) => {
    const { query } = request
    const aggregate = readWord(query, 'aggregate', AGGREGATES)
    const { result } = await readResult(request, options)
    const hasColor = maybeText(query, 'color') !== undefined
    const question = {
      x: readColumn(query, 'x', result),
      y: readColumn(query, 'y', result),
      color: hasColor ? readColumn(query, 'color', result) : undefined,
      aggregate,
      filters: readFilters(query, result),
    }
    return await results.chart(result, question, signalOf(reply))
  })

  app.get('/api/results/export', { config: { access: 'read' } }, async (request, reply) => {
    const format = readWord(request.query, 'format', EXPORT_FORMATS)
    const { result, path } = await readResult(request, options)
    const question = readRowsQuestion(request.query, result)
    const { rowCount, bytes, stream } = await results.export(
      result,
      format,
      question,
      signalOf(reply),
    )
    const rows = rowCount === 1 ? '1 row' : `${rowCount} rows`
    const name = `${basename(path, '.ipynb')}-${rows.replace(' ', '-')}.${format}`
    return await reply
      .type('application/octet-stream')
      .header('content-length', bytes)
      .header('content-disposition', attachment(name))
      .header('content-security-policy', FILE_POLICY)
      .send(stream)
  })
}

async function readResult(
  request: FastifyRequest,
  { folder, notebooks }: ResultRoutesOptions,
): Promise<{ readonly path: string; readonly result: StoredResult }> {
  const { path, result: id } = readTexts(request.query, ['path', 'result'])
  if (!isResultId(id)) throw invalidRequest('"result" is no id of a result')
  const place = await safePath(folder, path)
  return { path: place.path, result: await notebooks.result(place.path, id) }
}

/** Aborts when nobody waits for the answer any more. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (reply.raw.writableFinished) return
    controller.abort(
      new ServerError('REQUEST_ABORTED', 'Cannot answer: the client went away before'),
    )
  })
  return controller.signal
}
