import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { ServerError } from '../errors.ts'
import { freeName } from '../files/file-tree.ts'
import { imagesBeside } from '../files/images-beside.ts'
import { safePath, type ServedFolder } from '../files/safe-path.ts'
import { writeNew } from '../files/write-file.ts'
import { EXPORT_FORMATS, exportNotebook, isExportFormat } from '../formats/export-notebook.ts'
import { FILE_POLICY } from '../gate/security-headers.ts'
import { printNotebook } from '../notebook/ipynb.ts'
import { attachment } from './attachment.ts'
import { readTexts } from './read-request.ts'
import type { ServerNotebooks } from './server-notebooks.ts'

/** A text that is made a notebook is read at once. */
const MOST_IMPORTED_BYTES = 64 * 1024 * 1024

/** A notebook in other formats, and files of other formats as notebooks. */
export function exportRoutes(
  app: FastifyInstance,
  { folder, notebooks }: { readonly folder: ServedFolder; readonly notebooks: ServerNotebooks },
): void {
  app.get('/api/notebooks/export', { config: { access: 'read' } }, async (request, reply) => {
    const { path, format } = readTexts(request.query, ['path', 'format'])
    if (!isExportFormat(format)) {
      throw new ServerError('REQUEST_INVALID', `Cannot export as "${format}"`, {
        hint: `Choose one of ${EXPORT_FORMATS.join(', ')}`,
      })
    }
    const place = await safePath(folder, path)
    const { user } = request
    const { state } = await notebooks.open({ path: place.path, user, callerToken: undefined })
    const name = basename(place.path)
    const text = await exportNotebook(state.notebook, name, format, (addresses) =>
      imagesBeside(folder, place.path, addresses),
    )
    // Whatever is in it comes from a notebook: it is kept, and never opened with the rights of this origin.
    return reply
      .type('application/octet-stream')
      .header('content-disposition', attachment(name.replace(/\.ipynb$/, `.${format}`)))
      .header('content-security-policy', FILE_POLICY)
      .send(text)
  })

  /** Makes a notebook of a file, beside it: the file stays as it is. */
  app.post('/api/notebooks/import', { config: { access: 'change' } }, async (request, reply) => {
    const { path } = readTexts(request.body, ['path'])
    const source = await safePath(folder, path)
    const bytes = await readSource(source.absolute)
    const { importNotebook } = await import('../formats/import-notebook.ts')
    const { conversions, ...file } = importNotebook(bytes.toString('utf8'), basename(source.path))
    const name = basename(source.path).replace(/(?:\.src)?\.\w+$/, '')
    const parent = dirname(source.path)
    const target = await freeName(folder, parent === '.' ? '' : parent, name, '.ipynb')
    await writeNew(printNotebook(file), target.absolute)
    return reply.code(201).send({ path: target.path, conversions })
  })
}

async function readSource(path: string): Promise<Buffer> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR'
    throw new ServerError(
      isFolder ? 'FILE_KIND_WRONG' : 'FILE_MISSING',
      `Cannot import: ${isFolder ? 'this is a folder' : 'there is no such file'}`,
      { cause: error, hint: "Name a file inside the notebooks' folder" },
    )
  }
  if (bytes.length <= MOST_IMPORTED_BYTES) return bytes
  throw new ServerError('BODY_TOO_LARGE', 'Cannot import more than 64 MiB of text', {
    hint: 'Import a smaller file',
  })
}
