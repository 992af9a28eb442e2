import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../testing/test-account.ts'
import { type CommandLineOptions, mapCommandLine } from './command-line.ts'

const root = join(temporaryDirectory(), 'rootfs')
const mounts = [{ path: '/home/node/work', directory: '/stages/volumes' }]

beforeAll(() => {
  mkdirSync(join(root, 'app'), { recursive: true })
  writeFileSync(join(root, 'app/main.js'), '')
})

describe('mapCommandLine()', () => {
  test.each<[string, Partial<CommandLineOptions>, string, string[]]>([
    ['Cmd', { config: { Cmd: ['node', '/app/main.js'] } }, '/node24', [`${root}/app/main.js`]],
    [
      'Entrypoint and Cmd',
      { config: { Entrypoint: ['/usr/bin/tini', '--'], Cmd: ['/usr/local/bin/node', 'main.js'] } },
      '/node24',
      ['main.js'],
    ],
    [
      'the entrypoint of the node image',
      { config: { Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node', 'main.js'] } },
      '/node24',
      ['main.js'],
    ],
    ['tini with options', { config: { Entrypoint: ['tini', '-g', '--', 'node'] } }, '/node24', []],
    [
      'args in place of Cmd',
      { config: { Entrypoint: ['node'], Cmd: ['a.js'] }, args: ['b.js'] },
      '/node24',
      ['b.js'],
    ],
    [
      'command in place of Entrypoint and Cmd',
      { config: { Entrypoint: ['node'], Cmd: ['a.js'] }, command: ['/bin/sh', '-c', 'true'] },
      '/bin/sh',
      ['-c', 'true'],
    ],
    [
      'paths in options, on mounts, and those that only look like paths',
      {
        command: ['node'],
        args: [
          '--import=/app/main.js',
          '/home/node/work/a.txt',
          '/convert',
          '/',
          '/home/node/worker',
        ],
      },
      '/node24',
      [
        `--import=${root}/app/main.js`,
        '/stages/volumes/a.txt',
        '/convert',
        '/',
        '/home/node/worker',
      ],
    ],
  ])('%s', (_what, options, file, args) => {
    expect(mapped(options)).toMatchObject({ file, args })
  })

  test('maps the working directory and paths in variables', () => {
    const config = {
      Cmd: ['node'],
      WorkingDir: '/app',
      Env: ['ROOT=/', 'FILES=/app:/none', 'URL=http://x/?a=b', 'EMPTY='],
    }
    expect(mapped({ config })).toMatchObject({
      workingDirectory: `${root}/app`,
      env: { ROOT: '/', FILES: `${root}/app:/none`, URL: 'http://x/?a=b', EMPTY: '' },
    })
    expect(mapped({ config: { Cmd: ['node'], WorkingDir: '/none' } }).workingDirectory).toBe(root)
  })

  test('refuses an image that says nothing', () => {
    expect(() => mapped({ config: {} })).toThrow('its image has no command')
  })
})

function mapped(options: Partial<CommandLineOptions>) {
  return mapCommandLine({
    config: {},
    command: undefined,
    args: undefined,
    root,
    mounts,
    node: '/node24',
    ...options,
  })
}
