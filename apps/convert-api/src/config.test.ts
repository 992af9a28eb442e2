import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

describe('readConfig()', () => {
  test.each([
    ['nothing', {}],
    ['empty variables', { PORT: '', HOST: '', LOG_LEVEL: '' }],
  ])('has defaults for %s', (_what, environment) => {
    expect(readConfig(environment)).toEqual({ host: '0.0.0.0', port: 9090, logLevel: 'info' })
  })

  test('reads what is set', () => {
    const environment = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'debug', OTHER: 'x' }
    expect(readConfig(environment)).toEqual({ host: '127.0.0.1', port: 0, logLevel: 'debug' })
  })

  test('reports every problem at once', () => {
    expect(() => readConfig({ PORT: '65536', LOG_LEVEL: 'loud' })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'Cannot start convert-api: PORT is "65536", not a number from 0 to 65535; ' +
          'LOG_LEVEL is "loud", not one of fatal, error, warn, info, debug, trace, silent',
      }),
    )
  })

  test.each(['-1', '90.5', '0x50', 'http', ' 9090'])('refuses PORT "%s"', (port) => {
    expect(() => readConfig({ PORT: port })).toThrow(`PORT is "${port}"`)
  })
})
