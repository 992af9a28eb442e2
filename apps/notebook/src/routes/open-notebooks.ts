import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { KernelOptions } from '../kernel/kernel.ts'
import { startKernel } from '../kernel/process-kernel.ts'
import { TypeScriptServer } from '../language/typescript-server.ts'
import type { VolumeFileSystem } from '../notebook/file-system.ts'
import { Notebooks, type Recovery } from '../notebook/notebooks.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import type { KernelTerminals } from '../terminal/kernel-terminals.ts'
import type { ServerNotebooks } from './server-notebooks.ts'

/** A terminal is no page: it shows no cursor, and this name in no list. */
const TERMINAL = 'terminal'

export interface RunningNotebooks extends ServerNotebooks {
  /** Saves what a killed server had not; to be called before anything is opened. */
  recover(): Promise<readonly Recovery[]>
}

/**
 * The notebooks in the configured folder, with kernels in processes of their own.
 *
 * @param files What the folder is reached by; the file system itself when absent.
 */
export function openNotebooks(
  config: Config,
  terminals: KernelTerminals,
  files?: VolumeFileSystem,
): RunningNotebooks {
  const notebooks = new Notebooks({
    files,
    root: config.directory,
    stateDirectory: config.stateDirectory,
    callersRights: config.callersRights,
    startLanguage: (options) => TypeScriptServer.start(options),
    startKernel: async ({ file, client }) =>
      terminals.adopt(await startKernel(kernelOptions(config, file, client.callerToken))),
  })
  return {
    recover: () => notebooks.recover(),
    open: ({ path }) => notebooks.open(path),
    kernel: async ({ path, user, callerToken }) => {
      const notebook = await notebooks.open(path)
      const kernel = await notebook.ensureKernel({ clientId: TERMINAL, user, callerToken })
      return { kernel, owner: () => notebook.state.kernelOwner }
    },
    running: async () => {
      const open = await Promise.all(
        notebooks.paths().map(async (path) => [path, await notebooks.maybeOpen(path)] as const),
      )
      return new Set(open.filter(([, notebook]) => hasKernel(notebook)).map(([path]) => path))
    },
    openPaths: () => notebooks.paths(),
    remove: (path) => notebooks.remove(path),
    rename: (from, to) => notebooks.rename(from, to),
    wholeOutput: async (path, cell) => (await notebooks.maybeOpen(path))?.wholeOutput(cell),
    close: () => notebooks.close(),
  }
}

function kernelOptions(
  { node, connection, identity, callersRights }: Config,
  file: string,
  callerToken: string | undefined,
): KernelOptions {
  const secrets = identity.mode === 'token' ? [identity.token] : []
  return {
    directory: dirname(file),
    file,
    node,
    env: connection === undefined ? {} : { NOTEBOOK_CONNECTION: connection },
    secrets: () => secrets,
    // Where kernels are everybody's, nobody's rights may be in them.
    callerToken: callersRights ? callerToken : undefined,
  }
}

function hasKernel(notebook: OpenNotebook | undefined): boolean {
  return notebook?.kernel !== undefined
}
