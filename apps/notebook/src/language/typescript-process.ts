import { pathToFileURL } from 'node:url'
import { findTypeScript } from './find-typescript.ts'
import { RpcProcess } from './rpc-process.ts'

/**
 * Starts TypeScript's language server on a folder.
 *
 * @throws {LanguageError} `LANGUAGE_SERVER_MISSING`, `LANGUAGE_SERVER_ENDED`
 */
export async function startTypeScript(directory: string): Promise<RpcProcess> {
  const rpc = new RpcProcess({
    command: findTypeScript(),
    arguments: ['--lsp', '--stdio'],
    directory,
    answer: (method, parameters) =>
      method === 'workspace/configuration' ? configuration(parameters) : null,
  })
  try {
    await rpc.request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(directory).href,
      capabilities: CAPABILITIES,
      // Nobody reads its log, which is longer than its answers.
      initializationOptions: { logVerbosity: 0 },
    })
  } catch (error) {
    await rpc.close()
    throw error
  }
  rpc.notify('initialized', {})
  return rpc
}

const CAPABILITIES = {
  workspace: { configuration: true },
  textDocument: {
    diagnostic: {},
    hover: { contentFormat: ['markdown'] },
    signatureHelp: { signatureInformation: { documentationFormat: ['markdown'] } },
    rename: {},
  },
}

/** The same for each section that the server asks about. */
function configuration(parameters: unknown): unknown[] {
  const { items } = parameters as { items: readonly unknown[] }
  return items.map(() => ({
    // A new name is the name everywhere, also where it is imported.
    preferences: { useAliasesForRenames: false },
    // What is not declared in the notebook is not imported by the way.
    suggest: { autoImports: false },
  }))
}
