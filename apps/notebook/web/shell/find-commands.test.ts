import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../notebook/commands.ts'
import { findCommands } from './find-commands.ts'

describe('findCommands()', () => {
  test.each([
    ['cell alone', ['select-one']],
    ['OUTPUTS clear all', ['clear-all-outputs']],
    ['restart', ['restart']],
    ['nothing of this kind', []],
  ])('%s', (typed, names) => {
    expect(findCommands(COMMANDS, typed).map(({ name }) => name)).toEqual(names)
  })

  test('puts what begins so first, and gives all for nothing', () => {
    expect(
      findCommands(COMMANDS, 'run')
        .slice(0, 2)
        .map(({ group }) => group),
    ).toEqual(['Run', 'Run'])
    expect(findCommands(COMMANDS, 'copy')[0]?.name).toBe('copy')
    expect(findCommands(COMMANDS, ' ')).toHaveLength(COMMANDS.length)
  })
})
