import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ServerError } from '../errors.ts'

/** What was written. */
export interface Written {
  readonly size: number
  /** SHA-256 in hexadecimal. */
  readonly hash: string
}

export interface ReceiveOptions {
  readonly overwrite: boolean
  readonly mostBytes: number
  /** A local folder: a body that breaks off must not have touched the file on the volume. */
  readonly spoolDirectory: string
}

/**
 * Takes in a body, and then writes the file in one go.
 *
 * @throws {ServerError} `BODY_TOO_LARGE`, `UPLOAD_ABORTED`, `FILE_EXISTS` or `FILE_CHANGED`.
 */
export async function receiveFile(
  body: Readable,
  target: string,
  { overwrite, mostBytes, spoolDirectory }: ReceiveOptions,
): Promise<Written> {
  if (!overwrite) await checkFree(target)
  await mkdir(spoolDirectory, { recursive: true, mode: 0o700 })
  const spool = join(spoolDirectory, randomUUID())
  try {
    await pipeline(body, limit(mostBytes), createWriteStream(spool, { flags: 'wx', mode: 0o600 }))
    return await writeWhole(createReadStream(spool), target, overwrite)
  } catch (error) {
    throw translate(error)
  } finally {
    await rm(spool, { force: true })
  }
}

/** Copies a file in one sequential write: a stage volume takes neither rename nor copy-on-write. */
export async function copyFile(from: string, to: string): Promise<Written> {
  try {
    return await writeWhole(createReadStream(from), to, false)
  } catch (error) {
    throw translate(error)
  }
}

/** @throws {ServerError} `FILE_EXISTS`. */
export async function writeNew(text: string, target: string): Promise<Written> {
  try {
    return await writeWhole(Readable.from([Buffer.from(text)]), target, false)
  } catch (error) {
    throw translate(error)
  }
}

/** Writes, closes and reads back: a stage volume takes a file over when it is closed, and can fail then. */
async function writeWhole(source: Readable, target: string, overwrite: boolean): Promise<Written> {
  const hash = createHash('sha256')
  let size = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(source, counter, createWriteStream(target, { flags: overwrite ? 'w' : 'wx' }))
  const written = { size, hash: hash.digest('hex') }
  if ((await hashOf(target)) !== written.hash) {
    throw new ServerError('FILE_CHANGED', 'Cannot keep the file: it reads back differently', {
      hint: 'Try again; another service may write the same file',
    })
  }
  return written
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Before the body is taken in, so that nobody uploads a gigabyte for nothing. */
async function checkFree(path: string): Promise<void> {
  try {
    await stat(path)
  } catch {
    return
  }
  throw exists()
}

function limit(mostBytes: number): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size <= mostBytes) return done(null, chunk)
      const error = new ServerError('BODY_TOO_LARGE', `Cannot take more than ${mostBytes} bytes`, {
        hint: 'Put large files onto a stage with PUT, and read them from there',
      })
      return done(error)
    },
  })
}

function translate(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EEXIST':
      return exists()
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'ECONNRESET':
      return new ServerError('UPLOAD_ABORTED', 'Cannot keep the file: it broke off', {
        cause: error,
        hint: 'Upload it again',
      })
    case 'EISDIR':
      return new ServerError('FILE_KIND_WRONG', 'Cannot write: a folder is there', {
        cause: error,
        hint: 'Choose another name',
      })
    default:
      return error
  }
}

function exists(): ServerError {
  return new ServerError('FILE_EXISTS', 'Cannot write: something is there already', {
    hint: 'Choose another name, or add overwrite=true',
  })
}
