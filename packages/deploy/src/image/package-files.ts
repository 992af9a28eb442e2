import { constants } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { DeployError } from '../errors.ts'
import type { FindBuilds } from './foreign-builds.ts'
import type { PackagePlatform } from './platform.ts'

/** A file of this machine and its place in an image. */
export interface SourceFile {
  /** `app/node_modules/oxc-parser/src-js/index.js`. */
  readonly path: string
  readonly source: string
  /** Bytes. */
  readonly size: number
  readonly modifiedMs: number
  readonly executable: boolean
}

/** The parts of a package.json that matter here. */
interface PackageJson {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly bin?: string | Readonly<Record<string, string>>
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

/**
 * The files of packages and of all that they depend on, as `app/node_modules/…`, found as Node finds them from a
 * folder. Of packages for several systems only the one for this platform comes along. Commands of packages stay
 * behind: nobody types them in an image.
 *
 * @param findBuilds Where native parts come from that are not installed for the platform; without it they are missing.
 * @throws {DeployError} `PACKAGE_MISSING` when one is not installed, or not for this platform.
 */
export async function packageFiles(
  names: readonly string[],
  from: string,
  platform: PackagePlatform,
  findBuilds?: FindBuilds,
): Promise<SourceFile[]> {
  const found = new Map<string, string>()
  const waiting: Wanted[] = names.map((name) => ({ name, from, root: '' }))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const folder = await maybePackageFolder(next.name, next.from)
    if (folder === undefined) throw missing(next.name, next.from)
    const root = folder.startsWith(next.root) ? next.root : ''
    const place = placeOf(folder.slice(root.length))
    const other = found.get(place)
    if (other === folder) continue
    if (other !== undefined) throw twice(next.name, folder, other)
    found.set(place, folder)
    const { version = '', dependencies, optionalDependencies } = await readPackage(folder)
    // npm lists an optional dependency in both.
    const optional = Object.keys(optionalDependencies ?? {})
    const needed = Object.keys(dependencies ?? {}).filter((name) => !optional.includes(name))
    const fitting = await fittingPackages(optional, folder, platform)
    waiting.push(...[...needed, ...fitting].map((name) => ({ name, from: folder, root })))
    const builds = optional.filter((name) => BUILD_OF_A_SYSTEM.test(name))
    if (builds.length === 0 || builds.some((name) => fitting.includes(name))) continue
    const elsewhere = (await findBuilds?.(next.name, version)) ?? folder
    const fetched = await fittingPackages(builds, elsewhere, platform)
    if (fetched.length === 0) throw missingBuild(next.name, platform)
    waiting.push(...fetched.map((name) => ({ name, from: elsewhere, root: elsewhere })))
  }
  const files = [...found].map(([place, folder]) => filesOf(folder, place))
  return (await Promise.all(files)).flat()
}

/** Every file below a folder, or the one file that it is; `node_modules` of packages are packages of their own. */
export async function filesBelow(source: string, path: string): Promise<SourceFile[]> {
  const found = await stat(source)
  if (!found.isDirectory()) {
    const executable = (found.mode & constants.S_IXUSR) !== 0
    return [{ path, source, size: found.size, modifiedMs: found.mtimeMs, executable }]
  }
  const names = (await readdir(source)).filter((name) => name !== 'node_modules')
  const files = names.map((name) => filesBelow(join(source, name), `${path}/${name}`))
  return (await Promise.all(files)).flat()
}

/** A package that an image needs, and where it is looked for. */
interface Wanted {
  readonly name: string
  readonly from: string
  /** The folder that stands for the project's: that of native parts for another platform. */
  readonly root: string
}

/** `@esbuild/linux-x64`, `@lydell/node-pty-darwin-arm64`. */
const BUILD_OF_A_SYSTEM = /[-/](?:darwin|linux|win32)-/

async function maybePackageFolder(name: string, from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (await isThere(join(candidate, 'package.json'))) return candidate
    if (folder === dirname(folder)) return undefined
  }
}

/** The path from the outermost `node_modules` on: a package inside another stays inside it. */
function placeOf(folder: string): string {
  const [, ...parts] = folder.split(`${sep}node_modules${sep}`)
  return ['app', ...parts].join('/node_modules/').replaceAll(sep, '/')
}

/** Those that are installed here and are for the platform. */
async function fittingPackages(
  names: readonly string[],
  from: string,
  { os, cpu, libc }: PackagePlatform,
): Promise<string[]> {
  const fitting: string[] = []
  for (const name of names) {
    const folder = await maybePackageFolder(name, from)
    if (folder === undefined) continue
    const only = await readPackage(folder)
    const fits = (wanted: readonly string[] | undefined, have: string | undefined): boolean =>
      wanted === undefined || have === undefined || wanted.includes(have)
    if (fits(only.os, os) && fits(only.cpu, cpu) && fits(only.libc, libc)) fitting.push(name)
  }
  return fitting
}

async function filesOf(folder: string, place: string): Promise<SourceFile[]> {
  const { bin = {} } = await readPackage(folder)
  const commands = new Set(
    Object.values(typeof bin === 'string' ? [bin] : bin).map((path) => join(folder, path)),
  )
  const files = await filesBelow(folder, place)
  return files.filter(({ source }) => !commands.has(source) || source.endsWith('.js'))
}

async function readPackage(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false // it is looked for further up
  }
}

function missing(name: string, from: string): DeployError {
  return new DeployError('PACKAGE_MISSING', `Cannot copy package "${name}": "${from}" has none`, {
    hint: 'Run `npm ci`',
  })
}

function missingBuild(name: string, { os, cpu, libc }: PackagePlatform): DeployError {
  const system = [os, cpu, libc].filter((part) => part !== undefined)
  const flags = `--os=${os} --cpu=${cpu}${libc === undefined ? '' : ` --libc=${libc}`}`
  return new DeployError(
    'PACKAGE_MISSING',
    `Cannot copy package "${name}": its part for ${system.join(' ')} is not installed`,
    { hint: `Run \`npm ci ${flags}\`` },
  )
}

function twice(name: string, folder: string, other: string): DeployError {
  const folders = [folder, other].map((one) => `"${relative(process.cwd(), one)}"`).join(' and ')
  return new DeployError(
    'PACKAGE_MISSING',
    `Cannot copy package "${name}": ${folders} are two of it`,
    { hint: 'Make all who use it want the same version' },
  )
}
