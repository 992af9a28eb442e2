import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives all tests of a run one temporary folder, and removes it at the end: whatever they leave goes with it. */
export default function setTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'spcs-tests-'))
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
