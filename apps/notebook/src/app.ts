import { join } from 'node:path'
import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Config } from './config.ts'
import { safePath, type ServedFolder } from './files/safe-path.ts'
import { addGate } from './gate/gate.ts'
import { loggerOptions, type LogStream } from './gate/log.ts'
import { resultsDirectory } from './results/result-folders.ts'
import { ResultStore } from './results/result-store.ts'
import { addErrorAnswers, refuseUnreadable } from './routes/errors.ts'
import { exportRoutes } from './routes/export.ts'
import { fileRoutes } from './routes/files.ts'
import { healthRoute } from './routes/health.ts'
import { meRoute } from './routes/me.ts'
import { notebookSocketRoute } from './routes/notebook-socket.ts'
import { notebookRoutes } from './routes/notebooks.ts'
import { outputFrameRoute } from './routes/output-frame.ts'
import { maybeWebDirectory, pageRoutes } from './routes/page.ts'
import { resultRoutes } from './routes/results.ts'
import type { ServerNotebooks } from './routes/server-notebooks.ts'
import { CLOSE } from './routes/socket-life.ts'
import { orOff, shellRoutes } from './routes/shells.ts'
import {
  type AskedTerminal,
  type OpenedTerminal,
  terminalSocketRoute,
} from './routes/terminal-socket.ts'
import type { KernelTerminals } from './terminal/kernel-terminals.ts'
import { Shells } from './terminal/shells.ts'

const MOST_UPLOAD_BYTES = 512 * 1024 * 1024
/** A cell with its outputs restored is the largest; a pasted text the most common large one. */
const MOST_MESSAGE_BYTES = 8 * 1024 * 1024
/** How long a page may take to answer that its socket is closed. */
const GOODBYE_MS = 500

export interface AppParts {
  readonly notebooks: ServerNotebooks
  /** Every kernel that `notebooks` has started is known here. */
  readonly terminals: KernelTerminals
  /** What shells inherit from, as far as they may. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stream?: LogStream | undefined
  readonly webDirectory?: string | undefined
  readonly mostUploadBytes?: number | undefined
}

/** The notebook's server, ready for `listen` or `inject`. Closing it saves and ends everything. */
export function buildApp(config: Config, parts: AppParts): FastifyInstance {
  const { identity } = config
  const secrets = identity.mode === 'token' ? [identity.token] : []
  const app = Fastify({
    logger: loggerOptions(config.logLevel, () => secrets, parts.stream),
    logController: new LogController({ disableRequestLogging: true }),
    // When the server ends, everything is saved before: a slow download must not hold it up.
    forceCloseConnections: true,
    frameworkErrors: refuseUnreadable,
    // The paths of a request are data: a long one is refused by its route.
    routerOptions: { maxParamLength: 1024 },
  })
  const folder: ServedFolder = {
    directory: config.directory,
    forbidden: [config.stateDirectory, config.sessionDirectory],
  }
  const { notebooks, terminals } = parts
  const results = new ResultStore({
    resultsDirectory: resultsDirectory(config.stateDirectory),
    workDirectory: join(config.stateDirectory, 'result-work'),
  })
  const shells = config.shells ? new Shells(config.directory, parts.environment) : undefined

  app.register(fastifyWebsocket, {
    options: { maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: false },
    preClose: (done: () => void) => done(), // below, in the right order
  })
  addGate(app, { identity, host: config.host })
  addErrorAnswers(app)
  // JSON only: what a form of another site can send is of another type.
  app.removeContentTypeParser('text/plain')

  app.register(async (routes) => {
    healthRoute(routes)
    meRoute(routes, config)
    outputFrameRoute(routes)
    await pageRoutes(routes, { webDirectory: parts.webDirectory ?? maybeWebDirectory() })
    await fileRoutes(routes, {
      folder,
      notebooks,
      stateDirectory: config.stateDirectory,
      mostUploadBytes: parts.mostUploadBytes ?? MOST_UPLOAD_BYTES,
    })
    notebookRoutes(routes, { folder, notebooks })
    resultRoutes(routes, { folder, notebooks, results })
    exportRoutes(routes, { folder, notebooks })
    notebookSocketRoute(routes, {
      open: async (asked) =>
        notebooks.open({ ...asked, path: (await safePath(folder, asked.path)).path }),
    })
    shellRoutes(routes, shells)
    terminalSocketRoute(routes, {
      open: (asked) => openTerminal(asked, { folder, notebooks, terminals, shells }),
    })
  })
  // First the sockets, so that the end of the server is not told as the end of a notebook.
  app.addHook('preClose', async () => {
    endSockets(app)
    await Promise.all([notebooks.close(), shells?.close(), results.close()])
  })
  return app
}

/** Pages are not told that it is for good: they come again, and find the server that follows. */
function endSockets({ websocketServer }: FastifyInstance): void {
  const { clients } = websocketServer
  for (const socket of clients) socket.close(CLOSE.goingAway, 'the server ends')
  const timer = setTimeout(() => {
    for (const socket of clients) socket.terminate()
  }, GOODBYE_MS)
  websocketServer.close(() => clearTimeout(timer))
}

async function openTerminal(
  { user, callerToken, notebook, shell }: AskedTerminal,
  parts: {
    readonly folder: ServedFolder
    readonly notebooks: ServerNotebooks
    readonly terminals: KernelTerminals
    readonly shells: Shells | undefined
  },
): Promise<OpenedTerminal> {
  if (shell !== undefined) {
    return { terminal: orOff(parts.shells).terminal(user, shell), mayType: () => true }
  }
  const { path } = await safePath(parts.folder, notebook ?? '')
  const { kernel, owner } = await parts.notebooks.kernel({ path, user, callerToken })
  return {
    terminal: parts.terminals.of(kernel),
    mayType: () => owner() === null || owner() === user,
  }
}
