import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LanguageError } from './errors.ts'

/**
 * TypeScript's own program for this system; the `typescript` package brings it.
 *
 * @throws {LanguageError} `LANGUAGE_SERVER_MISSING`
 */
export function findTypeScript(from: string = import.meta.url): string {
  const system = `${process.platform}-${process.arch}`
  try {
    const typescript = createRequire(from).resolve('typescript/package.json')
    const program = createRequire(typescript).resolve(
      `@typescript/typescript-${system}/package.json`,
    )
    const path = join(dirname(program), 'lib', 'tsc')
    if (existsSync(path)) return path
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
  }
  throw new LanguageError(
    'LANGUAGE_SERVER_MISSING',
    `Cannot help with TypeScript: its language server is not installed for ${system}`,
    { hint: 'Install typescript 7 where the notebook runs; cells run without it' },
  )
}
