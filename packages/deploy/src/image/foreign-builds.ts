import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DeployError } from '../errors.ts'
import type { PackagePlatform } from './platform.ts'

/** Finds the native parts of a package for a platform that they were not installed for; gives the folder they are below. */
export type FindBuilds = (name: string, version: string) => Promise<string>

/**
 * Native parts for another platform than this machine's, as npm installs them there: each package once, into a folder of
 * the cache. What the project has installed for this machine stays as it is.
 *
 * @param directory The cache's own: `node_modules/.cache/spcs`.
 */
export function foreignBuilds(directory: string, platform: PackagePlatform): FindBuilds {
  const { os, cpu, libc } = platform
  const system = [os, cpu, libc].filter((part) => part !== undefined)
  const flags = [`--os=${os}`, `--cpu=${cpu}`, ...(libc === undefined ? [] : [`--libc=${libc}`])]
  return async (name, version) => {
    const words = [name.replaceAll('/', '-'), version, ...system]
    const folder = join(directory, 'builds', words.join('-'))
    if (existsSync(folder)) return folder
    const unfinished = `${folder}-${randomUUID()}`
    await mkdir(unfinished, { recursive: true })
    try {
      const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund']
      const place = ['--prefix', unfinished, '--ignore-scripts', ...quiet]
      await promisify(execFile)('npm', ['install', `${name}@${version}`, ...flags, ...place])
      await rename(unfinished, folder)
    } catch (cause) {
      if (existsSync(folder)) return folder // another build was first
      throw new DeployError(
        'PACKAGE_MISSING',
        `Cannot install package "${name}" for ${system.join(' ')}: npm says ${reasonOf(cause)}`,
        { hint: `Run \`npm pack ${name}@${version}\` to see whether npm finds it`, cause },
      )
    } finally {
      await rm(unfinished, { recursive: true, force: true })
    }
    return folder
  }
}

/** npm's own reason is in the first lines that it writes. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as Error & { readonly stderr?: string }
  return (stderr ?? message).trim().split('\n').slice(0, 3).join(' ')
}
