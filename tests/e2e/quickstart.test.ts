import { describe, expect, test } from 'vitest'
import { SpcsProcess } from './spcs-process.ts'

describe('spcs quickstart', () => {
  test('goes from setup to cleanup with the figures that the quickstart promises', async () => {
    await using spcs = new SpcsProcess(['quickstart', '--json'])
    const code = await spcs.exitCode()
    expect(code, spcs.stderr).toBe(0)

    const report = JSON.parse(spcs.stdout) as Record<string, unknown>
    expect(report['convertUdf12']).toBe(53.6)
    expect(report['temperatures']).toEqual({
      London: 59,
      Manchester: 68,
      Liverpool: 63,
      Cambridge: 66,
      Oxford: 55,
      Birmingham: 52,
      Newcastle: 70,
      Bristol: 61,
      Leeds: 64,
      Southampton: 54,
    })
    expect(report['batches']).toEqual([5, 5])
    expect(report['left']).toEqual([])
    expect(spcs.stderr.split('\n').filter((line) => line.startsWith('✔')).length).toBeGreaterThan(
      12,
    )
  })

  test('names the step that failed, and exits with the code of its error', async () => {
    await using spcs = new SpcsProcess(['quickstart', '--connection', 'no_such_connection'])
    expect(await spcs.exitCode()).toBe(10)
    expect(spcs.stdout).toBe('')
    expect(spcs.stderr).toContain('✖ Connect')
    expect(spcs.stderr).toContain('no_such_connection')
  })
})
