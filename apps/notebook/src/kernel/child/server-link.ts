import { connect, type Socket } from 'node:net'
import type { FromDriver, ToDriver } from '../messages.ts'

const BACKLOG_BYTES = 1024 * 1024

/** The driver's half of the socket to the server: a JSON line a message. */
export class ServerLink {
  readonly #socket: Socket
  #rest = ''

  constructor(path: string, onMessage: (message: ToDriver) => void, onClose: () => void) {
    this.#socket = connect(path)
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (text: string) => {
      const lines = `${this.#rest}${text}`.split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) onMessage(JSON.parse(line) as ToDriver)
    })
    this.#socket.on('error', () => undefined) // 'close' follows
    this.#socket.on('close', onClose)
  }

  send(message: FromDriver): void {
    this.#socket.write(`${JSON.stringify(message)}\n`)
  }

  /** True while the server reads more slowly than we write. */
  get isBackedUp(): boolean {
    return this.#socket.writableLength > BACKLOG_BYTES
  }

  onDrain(listener: () => void): void {
    this.#socket.on('drain', listener)
  }
}
