import type { OpenSocket, SocketEvents } from '../connection/socket.ts'
import type { TerminalPageMessage, TerminalServerMessage } from '../../src/protocol.ts'

export interface TerminalSocketOptions {
  readonly open: (events: SocketEvents) => OpenSocket
  /** The screen follows: what was shown goes. */
  readonly onAttached: (columns: number, rows: number) => void
  /** `taken` is to be called when the terminal has drawn the bytes. */
  readonly onBytes: (bytes: Uint8Array, taken: () => void) => void
  readonly onStatus: (status: 'open' | 'reconnecting' | 'ended', reason?: string) => void
}

const PING_MS = 25_000
const SILENCE_MS = 60_000
/** The server stops at 1 MB: telling it this often keeps it going. */
const TELL_BYTES = 64 * 1024
const LONGEST_WAIT_MS = 5_000

/** A terminal's connection, taken up again after a cut; the server then shows the screen anew. */
export class TerminalSocket {
  readonly #options: TerminalSocketOptions
  #socket: OpenSocket | null = null
  #isOpen = false
  #isOver = false
  #taken = 0
  #attempts = 0
  #size: { readonly columns: number; readonly rows: number } | null = null
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #silenceTimer: ReturnType<typeof setTimeout> | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: TerminalSocketOptions) {
    this.#options = options
  }

  connect(): void {
    if (this.#isOver) return
    const socket = this.#options.open({
      onOpen: () => {
        if (socket !== this.#socket) return
        this.#isOpen = true
        this.#pingTimer = setInterval(() => this.#tell({ type: 'ping' }), PING_MS)
        if (this.#size !== null) this.#tell({ type: 'resize', ...this.#size })
      },
      onMessage: (data) => {
        if (socket !== this.#socket) return
        this.#heard()
        if (typeof data === 'string') this.#onMessage(JSON.parse(data) as TerminalServerMessage)
        else this.#onBytes(socket, new Uint8Array(data))
      },
      onClose: () => {
        if (socket === this.#socket) this.#onLost()
      },
    })
    this.#socket = socket
    this.#taken = 0
    this.#heard()
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isOpen) this.#socket?.send(bytes)
  }

  resize(columns: number, rows: number): void {
    if (this.#size?.columns === columns && this.#size.rows === rows) return
    this.#size = { columns, rows }
    if (this.#isOpen) this.#tell({ type: 'resize', columns, rows })
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#retryTimer)
    this.#drop()
  }

  #onMessage(message: TerminalServerMessage): void {
    switch (message.type) {
      case 'attached': {
        this.#attempts = 0
        this.#options.onAttached(message.columns, message.rows)
        this.#options.onStatus('open')
        return
      }
      case 'ended': {
        this.close()
        this.#options.onStatus('ended', message.reason)
        return
      }
      case 'pong': {
        return
      }
    }
  }

  #onBytes(socket: OpenSocket, bytes: Uint8Array): void {
    this.#options.onBytes(bytes, () => {
      // Bytes of an earlier socket are no longer waited for.
      if (socket !== this.#socket) return
      this.#taken += bytes.length
      if (this.#taken < TELL_BYTES) return
      this.#tell({ type: 'received', bytes: this.#taken })
      this.#taken = 0
    })
  }

  #tell(message: TerminalPageMessage): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #heard(): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => this.#onLost(), SILENCE_MS)
  }

  #drop(): void {
    clearInterval(this.#pingTimer)
    clearTimeout(this.#silenceTimer)
    this.#isOpen = false
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #onLost(): void {
    this.#drop()
    if (this.#isOver) return
    this.#options.onStatus('reconnecting')
    const waitMs =
      Math.min(LONGEST_WAIT_MS, 200 * 2 ** this.#attempts++) * (0.5 + Math.random() / 2)
    this.#retryTimer = setTimeout(() => this.connect(), waitMs)
  }
}
