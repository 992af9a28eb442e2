import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const source = { ssr: { resolve: { conditions: ['@spcs/source', 'node'] } } }

export default defineConfig({
  test: {
    // Tests wait for processes, pages and timers a good part of their time: one and a half for each core.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          // For what hangs: a machine that does much besides takes its time.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Files share a worker's modules, which halves the time: no module may keep what a test did.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          globalSetup: ['tests/temporary-folder.ts'],
          include: [
            '{apps,packages,examples}/*/src/**/*.test.ts',
            'apps/*/web/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'docs/**/*.test.ts',
          ],
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/unpack-chromium.ts', 'tests/e2e/build-images.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: 'long',
          include: ['tests/long/**/*.test.ts'],
          globalSetup: ['tests/e2e/unpack-chromium.ts', 'tests/e2e/build-images.ts'],
          testTimeout: 600_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
