import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const source = { ssr: { resolve: { conditions: ['@spcs/source', 'node'] } } }

/** Begins with the files that take longest, so that no worker waits for them at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line no-array-sort -- a method of vitest's, which sorts no array in place
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((path) => moduleId.endsWith(path))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

const LONGEST = [
  'e2e/start.test.ts',
  'e2e/quickstart.test.ts',
  'long/deploy-kills.test.ts',
  'long/notebook-tour.test.ts',
  'long/compose.test.ts',
]

export default defineConfig({
  test: {
    // Tests wait for processes, pages and timers a good part of their time: one and a half for each core.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
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
            '{apps,packages}/*/src/**/*.test.ts',
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
