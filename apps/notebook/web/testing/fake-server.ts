import { applyOperation, initialState } from '../../src/notebook/apply-operation.ts'
import type { Cell } from '../../src/notebook/notebook.ts'
import type { NotebookState, Operation } from '../../src/notebook/operations.ts'
import {
  addToHistory,
  emptyHistory,
  maybeParseChange,
  rebaseChange,
  type SourceHistory,
} from '../../src/notebook/source-changes.ts'
import type { AppliedOperation, PageMessage, ServerMessage } from '../../src/protocol.ts'
import type { OpenSocket, SocketEvents } from '../connection/socket.ts'

interface Kept {
  readonly state: NotebookState
  readonly log: readonly AppliedOperation[]
  readonly histories: ReadonlyMap<string, SourceHistory>
  readonly numbers: ReadonlyMap<string, number>
}

/** Holds everything that is said on one socket until a test lets it through. */
export class FakeSocket implements OpenSocket {
  readonly events: SocketEvents
  readonly toServer: string[] = []
  readonly toPage: ServerMessage[] = []
  isOpen = false
  isCut = false
  clientId = ''

  constructor(events: SocketEvents) {
    this.events = events
  }

  send(data: string | Uint8Array): void {
    if (!this.isCut && typeof data === 'string') this.toServer.push(data)
  }

  close(): void {
    this.isCut = true
  }

  /** Whatever was on its way in either direction is gone. */
  cut(): void {
    if (this.isCut) return
    this.isCut = true
    this.events.onClose()
  }
}

/** A notebook's server as the protocol describes it, in memory, without a kernel. */
export class FakeServer {
  readonly sockets: FakeSocket[] = []
  /** Oldest operations that are still known; before that a page gets a snapshot. */
  knownFrom = 0
  #epoch = 1
  #now: Kept
  #onDisk: Kept

  constructor(cells: readonly Cell[]) {
    const saved = { at: null, sequence: 0, status: 'saved', problem: null } as const
    this.#now = {
      state: initialState('test.ipynb', { cells, metadata: {} }, saved),
      log: [],
      histories: new Map(),
      numbers: new Map(),
    }
    this.#onDisk = this.#now
  }

  get state(): NotebookState {
    return this.#now.state
  }

  get log(): readonly AppliedOperation[] {
    return this.#now.log
  }

  open(events: SocketEvents): FakeSocket {
    const socket = new FakeSocket(events)
    this.sockets.push(socket)
    return socket
  }

  /** Lets one thing happen on a socket: it opens, or the next message of a direction arrives. */
  step(socket: FakeSocket, direction: 'to-page' | 'to-server'): boolean {
    if (socket.isCut) return false
    if (!socket.isOpen) {
      socket.isOpen = true
      socket.events.onOpen()
      return true
    }
    if (direction === 'to-page') {
      const message = socket.toPage.shift()
      if (message === undefined) return false
      socket.events.onMessage(JSON.stringify(message))
      return true
    }
    const text = socket.toServer.shift()
    if (text === undefined) return false
    this.#onMessage(socket, JSON.parse(text) as PageMessage)
    return true
  }

  /** Everything so far is kept over a crash, and the pages are told. */
  flush(): void {
    this.#onDisk = this.#now
    for (const socket of this.sockets) {
      const number = this.#now.numbers.get(socket.clientId)
      if (number !== undefined) tell(socket, { type: 'acknowledged', number })
    }
  }

  /** The server ends and starts again with what was on disk. */
  crash(): void {
    for (const socket of this.sockets) socket.cut()
    this.#epoch++
    const { state, numbers } = this.#onDisk
    const cells = state.notebook.cells.map((cell) => ({ ...cell, version: 0 }))
    this.#now = {
      state: { ...state, sequence: 0, notebook: { ...state.notebook, cells } },
      log: [],
      histories: new Map(),
      numbers,
    }
    this.#onDisk = this.#now
  }

  apply(
    operation: Operation,
    clientId: string | null = null,
    number: number | null = null,
  ): boolean {
    const applied = applyOperation(this.#now.state, operation)
    if (applied === null) return false
    const entry = { operation, clientId, number }
    this.#now = { ...this.#now, state: applied.state, log: [...this.#now.log, entry] }
    for (const socket of this.sockets) {
      if (socket.clientId === '') continue
      tell(socket, { type: 'operations', first: applied.state.sequence, operations: [entry] })
    }
    return true
  }

  #onMessage(socket: FakeSocket, message: PageMessage): void {
    switch (message.type) {
      case 'hello':
        return this.#onHello(socket, message)
      case 'operation':
        return this.#onOperation(socket, message)
      case 'request':
        return tell(socket, { type: 'answer', requestId: message.requestId, answer: [] })
      case 'ping':
        return tell(socket, { type: 'pong' })
      case 'presence':
      case 'received':
        return
    }
  }

  #onHello(socket: FakeSocket, hello: Extract<PageMessage, { type: 'hello' }>): void {
    const { clientId } = hello
    const number = this.#now.numbers.get(clientId) ?? 0
    const epoch = String(this.#epoch)
    const { state, log } = this.#now
    socket.clientId = clientId
    if (hello.epoch !== epoch || hello.sequence < this.knownFrom) {
      const you = { clientId, user: clientId, canRun: true }
      return tell(socket, { type: 'snapshot', epoch, state, you, number })
    }
    tell(socket, { type: 'resumed', epoch, number })
    const first = state.sequence - log.length + 1
    const missed = log.slice(hello.sequence + 1 - first)
    if (missed.length > 0) {
      tell(socket, { type: 'operations', first: hello.sequence + 1, operations: missed })
    }
  }

  #onOperation(
    socket: FakeSocket,
    { number, operation }: Extract<PageMessage, { type: 'operation' }>,
  ): void {
    const { clientId } = socket
    const last = this.#now.numbers.get(clientId) ?? 0
    if (number !== last + 1) throw new Error(`"${clientId}" sent ${number} after ${last}`)
    this.#now = { ...this.#now, numbers: new Map(this.#now.numbers).set(clientId, number) }
    const rebased = operation.type === 'change-source' ? this.#rebase(operation) : operation
    if (rebased === undefined || !this.apply(rebased, clientId, number)) {
      tell(socket, { type: 'refused', number, code: 'OPERATION_REFUSED', message: 'Refused' })
    }
  }

  #rebase(operation: Extract<Operation, { type: 'change-source' }>): Operation | undefined {
    const { cellId, version } = operation
    const cell = this.state.notebook.cells.find((known) => known.id === cellId)
    const change = maybeParseChange(operation.changes)
    if (cell === undefined || change === undefined) return undefined
    const history = this.#now.histories.get(cellId) ?? emptyHistory(cell.version)
    const rebased = rebaseChange(history, version, change)
    if (rebased === undefined) return undefined
    const histories = new Map(this.#now.histories).set(cellId, addToHistory(history, rebased))
    this.#now = { ...this.#now, histories }
    return { ...operation, version: cell.version, changes: rebased.toJSON() as unknown }
  }
}

function tell(socket: FakeSocket, message: ServerMessage): void {
  if (!socket.isCut) socket.toPage.push(message)
}
