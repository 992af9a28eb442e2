import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleKernel, kernelProgram } from './kernel-programs.ts'

test('bundleKernel() makes two programs, and keeps what is slow to load out of them', async () => {
  const files = await bundleKernel()
  const text = (name: string): string => Buffer.from(files.get(name) ?? '').toString()
  expect(text('main.js')).toContain('Runtime.evaluate')
  expect(text('driver.js')).toContain('terminateExecution')
  for (const name of ['main.js', 'driver.js']) {
    expect(text(name)).not.toMatch(/from ?"(?:snowflake-sdk|esbuild)"/)
    expect(text(name)).not.toMatch(/(?:from|import)[ (]*"@spcs/)
  }
})

test('kernelProgram() is made once, with the driver beside it', async () => {
  const [one, two] = await Promise.all([kernelProgram(), kernelProgram()])
  expect(one).toBe(two)
  expect(existsSync(join(dirname(one), 'driver.js'))).toBe(true)
})
