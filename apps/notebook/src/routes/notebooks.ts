import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { ServerError } from '../errors.ts'
import { freeName, isNotebookPath } from '../files/file-tree.ts'
import { printEmptyNotebook, printSampleNotebook } from '../files/sample-notebook.ts'
import { type SafePath, safePath, type ServedFolder } from '../files/safe-path.ts'
import { writeNew } from '../files/write-file.ts'
import { FILE_POLICY } from '../gate/security-headers.ts'
import { readFlag, readTexts } from './read-request.ts'
import type { ServerNotebooks } from './server-notebooks.ts'

export function notebookRoutes(
  app: FastifyInstance,
  { folder, notebooks }: { readonly folder: ServedFolder; readonly notebooks: ServerNotebooks },
): void {
  /** `path` names the new notebook, or the folder in which it gets a name that is free. */
  app.post('/api/notebooks', { config: { access: 'change' } }, async (request, reply) => {
    const { path } = readTexts(request.body, ['path'])
    const isSample = readFlag(request.body, 'sample')
    const place = isNotebookPath(path)
      ? await safePath(folder, path)
      : await freeName(folder, path, isSample ? 'Sample' : 'Untitled', '.ipynb')
    await createNotebook(place, isSample)
    return reply.code(201).send({ path: place.path })
  })

  app.get('/api/notebooks/output', { config: { access: 'read' } }, async (request, reply) => {
    const { path, cell } = readTexts(request.query, ['path', 'cell'])
    if (!/^[\w-]{1,64}$/.test(cell)) {
      throw new ServerError('REQUEST_INVALID', 'Cannot read the request: "cell" is no cell id')
    }
    const place = await safePath(folder, path)
    const output = await notebooks.wholeOutput(place.path, cell)
    const name = `${basename(place.path, '.ipynb').replace(/[^\w. -]/g, '_')}-output.txt`
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('content-security-policy', FILE_POLICY)
      .send(output === undefined ? '' : createReadStream(output))
  })
}

async function createNotebook(place: SafePath, isSample: boolean): Promise<void> {
  await writeNew(isSample ? printSampleNotebook() : printEmptyNotebook(), place.absolute)
}
