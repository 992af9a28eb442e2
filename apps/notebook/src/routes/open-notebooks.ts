import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { KernelOptions } from '../kernel/kernel.ts'
import { startKernel } from '../kernel/process-kernel.ts'
import { TypeScriptServer } from '../language/typescript-server.ts'
import type { VolumeFileSystem } from '../notebook/file-system.ts'
import { Notebooks, type Recovery } from '../notebook/notebooks.ts'
import type { OpenNotebook } from '../notebook/open-notebook.ts'
import { ResultFolders, resultsDirectory } from '../results/result-folders.ts'
import { gone } from '../results/result-gone.ts'
import { ResultSweeping } from '../results/result-sweeping.ts'
import { maybeShownResult } from '../results/shown-results.ts'
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
  const results = new ResultFolders({
    directory: resultsDirectory(config.stateDirectory),
    mostBytes: config.resultsBytes,
  })
  const notebooks = new Notebooks({
    files,
    root: config.directory,
    stateDirectory: config.stateDirectory,
    callersRights: config.callersRights,
    startLanguage: (options) => TypeScriptServer.start(options),
    startKernel: async ({ path, file, client }) => {
      const options = kernelOptions(config, file, client.callerToken)
      const folder = await results.folder(path)
      return terminals.adopt(await startKernel({ ...options, resultsDirectory: folder }))
    },
  })
  const sweeping = new ResultSweeping(results, notebooks)
  return {
    recover: async () => {
      await results.removeLeftovers(Date.now())
      return await notebooks.recover()
    },
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
    remove: async (path) => {
      await notebooks.remove(path)
      await results.remove(path)
    },
    rename: async (from, to) => {
      await notebooks.rename(from, to)
      await results.rename(from, to)
    },
    moved: (from, to) => results.rename(from, to),
    deleted: (path) => results.remove(path),
    result: async (path, resultId) => {
      const { state } = await notebooks.open(path)
      const shown = maybeShownResult(state, resultId)
      const file = await results.maybeFile(path, resultId)
      if (shown === undefined || file === undefined) throw gone()
      return { file, columns: shown.columns, rowCount: shown.rowCount }
    },
    wholeOutput: async (path, cell) => (await notebooks.maybeOpen(path))?.wholeOutput(cell),
    close: async () => {
      await sweeping.close()
      await notebooks.close()
    },
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
