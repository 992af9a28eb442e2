import { describe, expect, test } from 'vitest'
import { BuildProgress } from './docker-progress.ts'

/** What is told of these lines, one list for each second. */
function told(...seconds: readonly (readonly string[])[]): string[] {
  const all: string[] = []
  const progress = new BuildProgress((detail) => all.push(detail))
  progress.stop()
  for (const lines of seconds) {
    for (const line of lines) progress.read(line)
    progress.tell()
  }
  return all
}

describe('BuildProgress', () => {
  test('tells the step and what it printed last', () => {
    const all = told(
      ['#0 building with "default" instance using docker driver', '#8 [build 4/5] RUN npm ci'],
      [
        '#8 0.812 npm notice',
        '#8 1.234 \u001B[1madded 300 packages\u001B[0m in 9s',
        '#8 DONE 12.2s',
        '',
        'WARNING: something else',
      ],
      [],
    )
    expect(all).toEqual([
      '[build 4/5] RUN npm ci',
      '[build 4/5] RUN npm ci: added 300 packages in 9s',
    ])
  })

  test('keeps to one short line', () => {
    const command = `RUN --mount=type=cache,target=/root/.npm   npm ci --x=${'x'.repeat(100)}`
    const all = told([`#8 [build 4/5] ${command}`])
    expect(all).toEqual([`[build 4/5] RUN npm ci --x=${'x'.repeat(32)}…`])
  })
})
