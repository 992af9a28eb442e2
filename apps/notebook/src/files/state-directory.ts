import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerError } from '../errors.ts'

/**
 * Takes the folder for journals and uploads: makes it for this user alone, and for one server at a time.
 *
 * @returns What gives it free again.
 * @throws {ServerError} `STATE_DIRECTORY_UNSAFE` when somebody else made it, or may use it: it could lie in a
 *   folder that everybody may write to, such as /tmp. `STATE_DIRECTORY_IN_USE` when another server holds it: two
 *   would each write the other's journals.
 */
export function holdStateDirectory(path: string): () => void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  const isOwn = process.getuid === undefined || found.uid === process.getuid()
  if (!found.isDirectory() || !isOwn || (found.mode & 0o077) !== 0) {
    throw new ServerError(
      'STATE_DIRECTORY_UNSAFE',
      `Cannot keep journals in "${path}": others may use it`,
      { hint: 'Run `chmod 700` on it, or set NOTEBOOK_STATE_DIRECTORY to a folder of your own' },
    )
  }
  const lock = join(path, 'server.pid')
  const holder = maybeText(lock)
  const pid = Number(holder?.split(' ')[0])
  if (holder !== undefined && pid !== process.pid && holder === maybeIdentity(pid)) {
    throw new ServerError(
      'STATE_DIRECTORY_IN_USE',
      `Cannot start: process ${pid} serves the same notebooks`,
      { hint: `Use that one or end it, or set NOTEBOOK_STATE_DIRECTORY to another folder` },
    )
  }
  writeFileSync(lock, maybeIdentity(process.pid) ?? '')
  // What a killed server had begun to take in.
  rmSync(join(path, 'uploads'), { recursive: true, force: true })
  return () => rmSync(lock, { force: true })
}

/** Number and start of a process that runs: a number alone is soon another's. */
function maybeIdentity(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
  } catch {
    return undefined
  }
  // The 22nd field, counted after the name, which may hold spaces. Where there is no /proc, the number must do.
  const started = maybeText(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')[19]
  return `${pid} ${started ?? ''}`
}

function maybeText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
