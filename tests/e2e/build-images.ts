import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { prepareAssets } from '../../scripts/prepare-assets.ts'
import config from '../../spcs.config.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the notebook's page, built from the sources as they are. */
    web: string
  }
}

const SPCS = fileURLToPath(new URL('../../scripts/bin/spcs.cjs', import.meta.url))

/**
 * Builds the images once, before several tests start accounts at a time and each would build them for itself. Servers
 * that run inside a test show the same page as the image.
 */
export default async function buildImages(project: TestProject): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spcs-images-'))
  try {
    await promisify(execFile)(process.execPath, [SPCS, 'images', '--folder', folder])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  project.provide('web', await pageAssets())
}

async function pageAssets(): Promise<string> {
  const notebook = config.workloads.find(({ name }) => name === 'notebook')
  const page = notebook?.build?.prepare?.find(({ script }) => script === 'build:web')
  if (page === undefined) throw new Error('spcs.config.ts has no script that builds the page')
  return prepareAssets('notebook', page)
}
