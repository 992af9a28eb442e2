import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the notebook's page, as its image has it. */
    web: string
  }
}

const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))

/**
 * Builds the images once, before several tests start accounts at a time and each would build them for itself. Servers
 * that run inside a test show the page of the image.
 *
 * @returns What takes the page away again.
 */
export default async function buildImages(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'spcs-images-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await promisify(execFile)(process.execPath, [SPCS, 'images', '--folder', folder])
  } catch (error) {
    await remove()
    throw error
  }
  project.provide('web', join(folder, 'app/web'))
  return remove
}
