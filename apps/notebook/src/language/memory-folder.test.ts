import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { memoryFolder, sweepMemoryFolders } from './memory-folder.ts'

test('memoryFolder() is in memory where there is some, and elsewhere where there is none', () => {
  const memory = temporaryFolder()
  expect(memoryFolder('one', '/other', memory)).toBe(
    join(memory, `spcs-language-${process.pid}-one`),
  )
  expect(memoryFolder('one', '/other', join(memory, 'missing'))).toBe('/other')
})

test('sweepMemoryFolders() removes what processes left that are gone, and nothing else', async () => {
  const memory = temporaryFolder()
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(gone, 'exit')
  const own = `spcs-language-${process.pid}-one`
  const names = [own, `spcs-language-${gone.pid}-two`, 'spcs-language-', `other-${gone.pid}`]
  for (const name of names) await mkdir(join(memory, name, 'in'), { recursive: true })
  await sweepMemoryFolders(memory)
  const left = await readdir(memory)
  expect(left.toSorted()).toEqual([`other-${gone.pid}`, 'spcs-language-', own])
})
