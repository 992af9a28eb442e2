import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ResultFile } from './result-file.ts'

test('ResultFile writes rows in order, as well-formed Unicode', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spcs-result-file-'))
  const file = await ResultFile.create(directory)
  const rows = [
    ['a', null],
    ['half \ud83e', '🦊'],
    [String.raw`written \ud83e`, '"'],
  ]
  for (const row of rows) {
    file.add(row)
    await file.writeMany()
  }
  await file.close()
  const lines = (await readFile(file.path, 'utf8')).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    ['a', null],
    ['half \ufffd', '🦊'],
    [String.raw`written \ud83e`, '"'],
  ])
  expect(lines.join('')).not.toMatch(/[^\\]\\ud83e/)
  await rm(directory, { recursive: true })
})
