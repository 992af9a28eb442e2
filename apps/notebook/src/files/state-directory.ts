import { lstatSync, mkdirSync } from 'node:fs'
import { ServerError } from '../errors.ts'

/**
 * Makes the folder for journals and uploads, for this user alone.
 *
 * @throws {ServerError} `STATE_DIRECTORY_UNSAFE` when somebody else made it, or may use it: it could lie in a
 *   folder that everybody may write to, such as /tmp.
 */
export function prepareStateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  const isOwn = process.getuid === undefined || found.uid === process.getuid()
  if (found.isDirectory() && isOwn && (found.mode & 0o077) === 0) return
  throw new ServerError(
    'STATE_DIRECTORY_UNSAFE',
    `Cannot keep journals in "${path}": others may use it`,
    { hint: `Run \`chmod 700\` on it, or set NOTEBOOK_STATE_DIRECTORY to a folder of your own` },
  )
}
