import { accessSync, constants, statfsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm'
const PREFIX = 'spcs-language-'
/** A container may have only a little of it, and the cells of a notebook are small. */
const LEAST_FREE_BYTES = 16 * 1024 * 1024

/**
 * The path of a folder in memory, named by this process, for files that a language server reads again at every edit: on
 * a volume each of them is a question to the disk.
 *
 * @param name Nobody else's, and not to be guessed.
 * @param otherwise The folder where there is no memory to write to, or too little.
 */
export function memoryFolder(name: string, otherwise: string, memory: string = MEMORY): string {
  return hasRoom(memory) ? join(memory, `${PREFIX}${process.pid}-${name}`) : otherwise
}

/** Removes what processes left in memory that were killed. */
export async function sweepMemoryFolders(memory: string = MEMORY): Promise<void> {
  const names = await readdir(memory).catch(() => [])
  for (const name of names) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0
    if (pid <= 0 || Number.isNaN(pid) || isRunning(pid)) continue
    const path = join(memory, name)
    const owner = (await stat(path).catch(() => undefined))?.uid
    if (owner === process.getuid?.()) await rm(path, { recursive: true, force: true })
  }
}

function hasRoom(memory: string): boolean {
  try {
    accessSync(memory, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize >= LEAST_FREE_BYTES
  } catch {
    return false // no such folder, or not ours to write to
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
