import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { holdStateDirectory } from './state-directory.ts'

describe('holdStateDirectory()', () => {
  test('makes it for this user alone, and takes none that others may use', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'new/state')
    holdStateDirectory(path)()
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o755) // not by mkdir: the umask would take it away
    symlinkSync(path, join(folder, 'link'))
    for (const unsafe of [open, join(folder, 'link')]) {
      expect(() => holdStateDirectory(unsafe)).toThrow(
        expect.objectContaining({ code: 'STATE_DIRECTORY_UNSAFE' }),
      )
    }
  })

  test('takes none that a running server holds, and that of one that was killed', async () => {
    const path = join(temporaryFolder(), 'state')
    holdStateDirectory(path)()
    const module = new URL('state-directory.ts', import.meta.url).href
    const script = `const { holdStateDirectory } = await import('${module}')
      holdStateDirectory(process.argv[1]); console.log('held'); setInterval(() => {}, 1000)`
    const other = spawn(
      process.execPath,
      ['-C', '@spcs/source', '--import', 'tsx', '--input-type=module', '-e', script, path],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void other.kill('SIGKILL'))
    await once(other.stdout, 'data')
    expect(() => holdStateDirectory(path)).toThrow(
      expect.objectContaining({ code: 'STATE_DIRECTORY_IN_USE' }),
    )
    other.kill('SIGKILL')
    await once(other, 'exit')
    mkdirSync(join(path, 'uploads'))
    writeFileSync(join(path, 'uploads/half'), 'x')
    holdStateDirectory(path)
    expect(existsSync(join(path, 'uploads'))).toBe(false)
  }, 15_000)
})
