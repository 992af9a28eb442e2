import { describe, expect, test } from 'vitest'
import { lastLine } from './last-line.ts'

describe('lastLine()', () => {
  test.each([
    [
      Object.assign(new Error('pip ended with 1'), { stderr: 'trying\nno such package\n' }),
      'no such package',
    ],
    [
      Object.assign(new Error('spawn python3 ENOENT'), { stderr: '' }),
      'Error: spawn python3 ENOENT',
    ],
    [new Error('no address'), 'Error: no address'],
  ])('%o → %s', (error, line) => {
    expect(lastLine(error)).toBe(line)
  })
})
