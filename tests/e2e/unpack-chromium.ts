import type { TestProject } from 'vitest/node'
import { chromiumPath } from '../../bench/chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of Chromium's program. */
    chromium: string
  }
}

/** Unpacks Chromium from its npm package, once, before any worker wants it. */
export default async function unpackChromium(project: TestProject): Promise<void> {
  project.provide('chromium', await chromiumPath())
}
