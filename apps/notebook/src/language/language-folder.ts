import { existsSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KERNEL_DECLARATIONS } from './kernel-declarations.ts'

const HERE = dirname(fileURLToPath(import.meta.url))

/** Where declarations lie beside a bundled server; from source packages are found as Node finds them. */
const BUNDLED_TYPES = join(HERE, 'types')

/** What cells may import without installing it, and Node's own types. */
const OWN_PACKAGES = [
  '@types/node',
  '@spcs/dataframe',
  '@spcs/session',
  '@spcs/sql',
  '@observablehq/plot',
]

/**
 * Makes the folder that the language server reads: a project whose files stand for the cells. Relative imports reach the
 * notebook's folder, packages are those that the notebook would find, the kernel's own where it has none.
 *
 * The `node_modules` on the way up from the notebook become those on the way up from the cells' files: one folder each,
 * the outermost first.
 *
 * @param root Memory or local disk; made anew.
 * @param directory The notebook's folder.
 * @returns The folder for the cells' files.
 */
export async function makeLanguageFolder(root: string, directory: string): Promise<string> {
  await rm(root, { recursive: true, force: true })
  // Memory is everybody's on a machine, and cells are not.
  await mkdir(root, { recursive: true, mode: 0o700 })
  await linkOwnPackages(root)
  let folder = root
  for (const modules of foldersUp(directory).toReversed()) {
    // The notebook's own may come into being later.
    if (modules !== join(directory, 'node_modules') && !existsSync(modules)) continue
    folder = join(folder, 'in')
    await mkdir(folder)
    await symlink(modules, join(folder, 'node_modules'), 'dir')
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(projectConfig(directory)))
  await writeFile(join(folder, KERNEL_FILE), KERNEL_DECLARATIONS)
  return folder
}

/** Declares the kernel's globals. */
export const KERNEL_FILE = 'spcs-kernel.d.ts'

async function linkOwnPackages(root: string): Promise<void> {
  for (const name of OWN_PACKAGES) {
    const places = [join(BUNDLED_TYPES, 'node_modules'), ...foldersUp(HERE)]
    const found = places.map((place) => join(place, name)).find((place) => existsSync(place))
    if (found === undefined) continue
    const link = join(root, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(found, link, 'dir')
  }
}

/** `node_modules` of a folder and of those above it, the nearest first. */
function foldersUp(directory: string): string[] {
  const folders: string[] = []
  for (let folder = directory; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'))
    if (folder === dirname(folder)) return folders
  }
}

function projectConfig(directory: string): object {
  return {
    compilerOptions: {
      target: 'esnext',
      lib: ['esnext'],
      types: ['node'],
      module: 'preserve',
      moduleDetection: 'force',
      customConditions: existsSync(BUNDLED_TYPES) ? ['node'] : ['@spcs/source', 'node'],
      rootDirs: ['.', directory],
      jsx: 'preserve',
      // What is likely to fail is an error; what is only loosely typed is not: see diagnostics.ts.
      strict: true,
      strictPropertyInitialization: false,
      useUnknownInCatchVariables: false,
      allowUnreachableCode: true,
      allowUnusedLabels: true,
      allowUmdGlobalAccess: true,
      allowImportingTsExtensions: true,
      allowJs: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['*.ts', '*.tsx'],
  }
}
