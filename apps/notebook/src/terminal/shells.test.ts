import { spawnSync } from 'node:child_process'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import type { SharedTerminal } from './shared-terminal.ts'
import { shellEnvironment } from './shell.ts'
import { Shells } from './shells.ts'

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  SHELL: '/bin/sh',
  LANG: 'C.UTF-8',
  NOTEBOOK_TOKEN: 'secret-1',
  SNOWFLAKE_PASSWORD: 'secret-2',
  AWS_SECRET_ACCESS_KEY: 'secret-3',
  SNOWFLAKE_ACCOUNT: 'ACME',
}

function shells(directory: string): Shells {
  const all = new Shells(directory, { ...ENVIRONMENT, HOME: directory })
  onTestFinished(() => all.close())
  return all
}

/** Everything that a terminal shows from now on. */
function watch(terminal: SharedTerminal): {
  text: string
  ended: string | undefined
  type: (text: string) => void
} {
  const seen: { text: string; ended: string | undefined; type: (text: string) => void } = {
    text: '',
    ended: undefined,
    type: (text) => attachment.write(Buffer.from(text)),
  }
  const attachment = terminal.attach({
    onAttached: () => {},
    onData: (bytes) => {
      seen.text += bytes.toString()
      attachment.received(bytes.length)
    },
    onEnded: (reason) => void (seen.ended = reason),
    onTooSlow: () => {},
  })
  return seen
}

describe('Shells', () => {
  test('runs a shell in the folder, without our secrets, which outlives who looks at it', async () => {
    const directory = temporaryFolder()
    const all = shells(directory)
    const id = all.start('alice')
    const terminal = all.terminal('alice', id)
    const first = watch(terminal)
    first.type('pwd; env; echo $((40 + 2)) done\r')
    await vi.waitUntil(() => first.text.includes('42 done'))
    expect(first.text).toContain(directory)
    expect(first.text).toContain('SNOWFLAKE_ACCOUNT=ACME')
    expect(first.text).not.toContain('secret-')

    const second = watch(terminal)
    await vi.waitUntil(() => second.text.includes('42 done'))
    second.type('exit 3\r')
    await vi.waitUntil(() => second.ended !== undefined)
    expect([first.ended, second.ended]).toEqual(['shell exited with 3', 'shell exited with 3'])
    expect(all.list('alice')).toEqual([])
  })

  test('belongs to who started it', async () => {
    const all = shells(temporaryFolder())
    const id = all.start('alice')
    expect([all.list('alice'), all.list('bob')]).toEqual([[{ id }], []])
    expect(() => all.terminal('bob', id)).toThrow(
      expect.objectContaining({ code: 'SHELL_MISSING' }),
    )
    await expect(all.end('bob', id)).rejects.toMatchObject({ code: 'SHELL_MISSING' })
    await all.end('alice', id)
    await vi.waitUntil(() => all.list('alice').length === 0)
  })

  test('starts no more than eight, and ends what runs in them', async () => {
    const all = shells(temporaryFolder())
    const ids = Array.from({ length: 8 }, () => all.start('alice'))
    expect(() => all.start('alice')).toThrow(expect.objectContaining({ code: 'SHELLS_TOO_MANY' }))
    const seen = watch(all.terminal('alice', String(ids[0])))
    seen.type("sh -c 'echo pid $$.; exec sleep 100'\r")
    await vi.waitUntil(() => /pid (\d+)\./.test(seen.text))
    const pid = Number(/pid (\d+)\./.exec(seen.text)?.[1])
    await all.close()
    await vi.waitUntil(() => !isRunning(pid), 5000)
  }, 10_000)
})

/** False also for what has ended and only waits for its parent to notice. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

describe('shellEnvironment()', () => {
  test('keeps only what is known to be none of our secrets', () => {
    expect(shellEnvironment({ ...ENVIRONMENT, PATH: '/bin' })).toEqual({
      PATH: '/bin',
      SHELL: '/bin/sh',
      LANG: 'C.UTF-8',
      SNOWFLAKE_ACCOUNT: 'ACME',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
    })
  })
})
