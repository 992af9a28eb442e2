import { describe, expect, test } from 'vitest'
import { BuildProgress } from './docker-progress.ts'

function recorded(lines: readonly (string | number)[]): string[] {
  const told: string[] = []
  let now = 0
  const progress = new BuildProgress(
    (detail) => told.push(detail),
    () => now,
  )
  progress.stop()
  for (const line of lines) {
    if (typeof line === 'string') progress.read(line)
    else {
      now += line
      progress.tick()
    }
  }
  return told
}

describe('BuildProgress', () => {
  test('tells the step and what it printed last', () => {
    const told = recorded([
      '#0 building with "default" instance using docker driver',
      '#8 [build 4/5] RUN npm ci',
      1000,
      '#8 0.812 npm notice',
      '#8 1.234 \u001B[1madded 300 packages\u001B[0m in 9s',
      '#8 DONE 12.2s',
      '',
      'WARNING: something else',
      1000,
    ])
    expect(told).toEqual([
      '[build 4/5] RUN npm ci',
      '[build 4/5] RUN npm ci: added 300 packages in 9s',
    ])
  })

  test('keeps to one short line', () => {
    const command = `RUN --mount=type=cache,target=/root/.npm   npm ci --x=${'x'.repeat(100)}`
    const told = recorded([`#8 [build 4/5] ${command}`, 1000])
    expect(told).toEqual([`[build 4/5] RUN npm ci --x=${'x'.repeat(32)}…`])
  })

  test('never is silent for long', () => {
    const told = recorded(['#8 [build 4/5] RUN npm ci', ...Array.from({ length: 10 }, () => 1000)])
    expect(told).toEqual([
      '[build 4/5] RUN npm ci',
      '[build 4/5] RUN npm ci, for 5 s',
      '[build 4/5] RUN npm ci, for 9 s',
    ])
  })
})
