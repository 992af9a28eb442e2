import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))

/** Builds the images once, before several tests start accounts at a time and each would build them for itself. */
export default async function buildImages(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spcs-images-'))
  try {
    await promisify(execFile)(process.execPath, [SPCS, 'images', '--folder', folder])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
