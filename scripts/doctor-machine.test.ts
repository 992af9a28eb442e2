import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkConnectionFiles, checkNode } from './doctor-machine.ts'

describe('checkNode()', () => {
  test.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'missing'],
    ['18.20.0', 'missing'],
  ])('%s is %s', (version, status) => {
    expect(checkNode(version).status).toBe(status)
  })
})

describe('checkConnectionFiles()', () => {
  test('says which of them others may read, and how to mend it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spcs-doctor-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    expect(checkConnectionFiles({ SNOWFLAKE_HOME: folder })).toEqual([])
    const path = join(folder, 'connections.toml')
    writeFileSync(path, '[dev]', { mode: 0o600 })
    expect(checkConnectionFiles({ SNOWFLAKE_HOME: folder })).toMatchObject([{ status: 'ok' }])
    chmodSync(path, 0o644)
    expect(checkConnectionFiles({ SNOWFLAKE_HOME: folder })).toEqual([
      {
        subject: path,
        status: 'noted',
        found: 'others may read or write it (mode 0644)',
        todo: `Run chmod 0600 "${path}"`,
      },
    ])
  })
})
