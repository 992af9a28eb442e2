import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { ServerError } from '../errors.ts'
import {
  deleteEntry,
  isNotebookPath,
  listFolder,
  makeFolder,
  moveEntry,
} from '../files/file-tree.ts'
import { maybeImageBeside } from '../files/images-beside.ts'
import { ownPlace, safePath, type ServedFolder } from '../files/safe-path.ts'
import { receiveFile } from '../files/write-file.ts'
import { FILE_POLICY } from '../gate/security-headers.ts'
import { attachment } from './attachment.ts'
import { readFlag, readTexts } from './read-request.ts'

/** What the files' routes need to know of notebooks that are open. */
export interface NotebooksInFiles {
  /** Paths of open notebooks with a kernel. */
  running(): Promise<ReadonlySet<string>>
  /** Paths of all open notebooks. */
  openPaths(): readonly string[]
  /** Deletes the file of an open notebook: it is closed first, and not saved. */
  remove(path: string): Promise<void>
  /** Moves an open notebook, its file too. */
  rename(from: string, to: string): Promise<void>
  /** A file or folder that is not open was moved, or is deleted. */
  moved(from: string, to: string): Promise<void>
  deleted(path: string): Promise<void>
}

export interface FileRoutesOptions {
  readonly folder: ServedFolder
  readonly notebooks: NotebooksInFiles
  readonly mostUploadBytes: number
  readonly stateDirectory: string
}

export async function fileRoutes(app: FastifyInstance, options: FileRoutesOptions): Promise<void> {
  const { folder, notebooks } = options

  app.get('/api/files', { config: { access: 'read' } }, async (request) => {
    const { path } = readTexts({ path: '', ...(request.query as object) }, ['path'])
    return listFolder(folder, path, await notebooks.running())
  })

  app.get('/api/files/content', { config: { access: 'read' } }, async (request, reply) => {
    const { path } = readTexts(request.query, ['path'])
    const { absolute, path: inside } = await safePath(folder, path)
    const found = await stat(absolute).catch(() => undefined)
    if (found === undefined) throw missing()
    if (!found.isFile()) {
      throw new ServerError('FILE_KIND_WRONG', 'Cannot download: this is no file', {
        hint: 'Name a file',
      })
    }
    // One type for all: the ingress refuses those of programs, and a browser would open those it knows.
    return reply
      .type('application/octet-stream')
      .header('content-length', found.size)
      .header('content-disposition', attachment(inside.slice(inside.lastIndexOf('/') + 1)))
      .header('content-security-policy', FILE_POLICY)
      .send(createReadStream(absolute))
  })

  /** An image that a notebook names by its place; no content where there is none to show. */
  app.get('/api/files/image', { config: { access: 'read' } }, async (request, reply) => {
    const { notebook, address } = readTexts(request.query, ['notebook', 'address'])
    const place = await safePath(folder, notebook)
    const image = await maybeImageBeside(folder, place.path, address)
    reply.header('content-security-policy', FILE_POLICY)
    return image === undefined
      ? reply.code(204).send()
      : reply.type(image.type).header('content-disposition', 'attachment').send(image.bytes)
  })

  await app.register(async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', (_request, body, done) => done(null, body))
    uploads.put('/api/files/content', { config: { access: 'change' } }, async (request, reply) => {
      const { path } = readTexts(request.query, ['path'])
      const overwrite = readFlag(request.query, 'overwrite')
      const place = await safePath(folder, path)
      if (place.path === '') throw missing()
      const announced = Number(request.headers['content-length'] ?? 0)
      if (announced > options.mostUploadBytes) {
        // The connection ends with the answer: nobody waits for a body that is not wanted.
        reply.header('connection', 'close')
        throw new ServerError(
          'BODY_TOO_LARGE',
          `Cannot take more than ${options.mostUploadBytes} bytes`,
          {
            hint: 'Put large files onto a stage with PUT, and read them from there',
          },
        )
      }
      const written = await receiveFile((request.body ?? request.raw) as Readable, place.absolute, {
        overwrite,
        mostBytes: options.mostUploadBytes,
        spoolDirectory: join(options.stateDirectory, 'uploads'),
      })
      return reply.code(201).send({ path: place.path, ...written })
    })
  })

  app.delete('/api/files', { config: { access: 'change' } }, async (request, reply) => {
    const { path } = readTexts(request.query, ['path'])
    const place = await ownPlace(folder, path)
    if (notebooks.openPaths().includes(place.path)) await notebooks.remove(place.path)
    else {
      await deleteEntry(place)
      await notebooks.deleted(place.path)
    }
    return reply.code(204).send()
  })

  app.post('/api/files/rename', { config: { access: 'change' } }, async (request) => {
    const { from, to } = readTexts(request.body, ['from', 'to'])
    const source = await safePath(folder, from)
    const target = await safePath(folder, to)
    const open = notebooks.openPaths()
    if (open.includes(source.path)) {
      if (!isNotebookPath(target.path)) {
        throw new ServerError('PATH_REFUSED', 'Cannot rename an open notebook to this', {
          hint: 'Choose a name that ends with .ipynb',
        })
      }
      await notebooks.rename(source.path, target.path)
    } else {
      const inside = open.filter((path) => path.startsWith(`${source.path}/`))
      if (inside.length > 0) throw openInside(inside)
      await moveEntry(source, target)
      await notebooks.moved(source.path, target.path)
    }
    return { path: target.path }
  })

  app.post('/api/files/folder', { config: { access: 'change' } }, async (request, reply) => {
    const { path } = readTexts(request.body, ['path'])
    const place = await makeFolder(folder, path)
    return reply.code(201).send({ path: place.path })
  })
}

function openInside(paths: readonly string[]): ServerError {
  return new ServerError('FOLDER_NOT_EMPTY', `Cannot rename: "${paths[0]}" is open`, {
    hint: 'Shut its kernel down and close it first, or rename the notebook itself',
  })
}

function missing(): ServerError {
  return new ServerError('FILE_MISSING', 'Cannot find this file', { hint: 'List the folder again' })
}
