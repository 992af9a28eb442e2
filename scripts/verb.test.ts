import { describe, expect, test } from 'vitest'
import { printHelp, readArguments, type Verb } from './verb.ts'

const verb: Verb = {
  name: 'local',
  summary: 'Starts the local account',
  options: { port: { type: 'string', value: 'PORT', help: 'where to listen' } },
  run: () => Promise.resolve(),
}

describe('readArguments()', () => {
  test("reads a verb's own options and those of every verb", () => {
    expect(readArguments(verb, ['--port', '0', '--json']).options).toEqual({
      port: '0',
      json: true,
    })
  })

  test('an option that may be given more than once is a list', () => {
    const option = { type: 'string', short: 'p', multiple: true, help: 'a parameter' } as const
    const many: Verb = { ...verb, options: { param: option } }
    expect(readArguments(many, ['-p', 'a=1', '--param=b=-2']).options).toEqual({
      param: ['a=1', 'b=-2'],
    })
  })

  test('a negative number is an argument', () => {
    const call: Verb = { ...verb, positionals: 'FUNCTION [ARGUMENT...]' }
    expect(readArguments(call, ['F', '-40', '-.5', '--json'])).toEqual({
      options: { json: true },
      positionals: ['F', '-40', '-.5'],
    })
  })

  test.each([['--prot', '1'], ['--port'], ['surplus']])('refuses %s by name', (...words) => {
    expect(() => readArguments(verb, words)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(words[0]) }),
    )
  })
})

describe('printHelp()', () => {
  test('shows every option with its value and help', () => {
    expect(printHelp(verb)).toContain('--port PORT  where to listen')
    expect(printHelp(verb)).toContain('-h, --help')
  })
})
