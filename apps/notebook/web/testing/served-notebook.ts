import type { Cell } from '../../src/notebook/notebook.ts'
import { OpenNotebook } from '../notebook/open-notebook.ts'
import { FakeServer, type FakeSocket } from './fake-server.ts'

export interface ServedNotebook {
  readonly notebook: OpenNotebook
  readonly server: FakeServer
  /** Lets everything through in both directions. */
  readonly settle: () => Promise<void>
}

/** A notebook that a page has open, on a server in memory. */
export async function serveNotebook(cells: readonly Cell[]): Promise<ServedNotebook> {
  const server = new FakeServer(cells)
  let socket: FakeSocket | undefined
  const notebook = new OpenNotebook({
    clientId: 'ann',
    open: (events) => (socket = server.open(events)),
    schedule: (task) => task(),
  })
  const step = (): boolean =>
    socket !== undefined && (server.step(socket, 'to-server') || server.step(socket, 'to-page'))
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      for (let steps = 0; steps < 1_000 && step(); steps++);
      // A snapshot leaves something to a microtask.
      await Promise.resolve()
    }
  }
  notebook.connect()
  await settle()
  return { notebook, server, settle }
}
