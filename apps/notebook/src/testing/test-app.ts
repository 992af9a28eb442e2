import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type AppParts, buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { KernelTerminals } from '../terminal/kernel-terminals.ts'
import { fakeNotebooks } from './fake-notebooks.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const TOKEN = 'token-of-the-tests-0123456789abcdef0123'
/** What a page of our own sends with a changing call. */
export const CHANGE: Readonly<Record<string, string>> = { 'x-spcs-notebook': '1' }
export const ALICE: Readonly<Record<string, string>> = { 'sf-context-current-user': 'ALICE' }

export interface TestApp {
  readonly app: FastifyInstance
  readonly config: Config
  /** The notebooks' folder. */
  readonly directory: string
  readonly log: readonly string[]
}

/** The whole server on folders of its own; `changes` in token mode unless they say otherwise. */
export function testApp(changes: Partial<Config> = {}, parts: Partial<AppParts> = {}): TestApp {
  const root = temporaryFolder()
  const [directory, stateDirectory] = [join(root, 'work'), join(root, 'state')]
  mkdirSync(directory)
  mkdirSync(stateDirectory)
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    identity: { mode: 'token', token: TOKEN, user: 'tester' },
    directory,
    stateDirectory,
    sessionDirectory: join(root, 'session'),
    shells: false,
    callersRights: false,
    node: undefined,
    connection: undefined,
    resultsBytes: 1_000_000_000,
    account: undefined,
    logLevel: 'trace',
    ...changes,
  }
  const log: string[] = []
  const app = buildApp(config, {
    notebooks: fakeNotebooks(),
    terminals: new KernelTerminals(),
    environment: { PATH: process.env['PATH'], HOME: root, SHELL: '/bin/sh' },
    stream: { write: (line) => void log.push(line) },
    ...parts,
  })
  onTestFinished(() => app.close())
  return { app, config, directory, log }
}

/** Signs in by the token, as the browser does; gives the Cookie header. */
export async function signIn(app: FastifyInstance): Promise<string> {
  const { headers } = await app.inject({
    url: `/?token=${TOKEN}`,
    headers: { host: '127.0.0.1' },
  })
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

/** Listens on a free port; gives `127.0.0.1:PORT`. */
export async function listening(app: FastifyInstance): Promise<string> {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return new URL(url).host
}

/** A socket whose frames can be awaited one after the other. */
export class TestSocket {
  readonly socket: WebSocket
  readonly #frames: (string | Buffer)[] = []
  readonly #waiting: ((frame: string | Buffer) => void)[] = []
  readonly closed: Promise<number>

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(url, { headers })
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    // A refused handshake is an error and then a close.
    this.socket.on('error', () => {})
    this.socket.on('message', (data, isBinary) => {
      const frame = isBinary ? (data as Buffer) : (data as Buffer).toString()
      const next = this.#waiting.shift()
      if (next === undefined) this.#frames.push(frame)
      else next(frame)
    })
    onTestFinished(() => this.socket.terminate())
  }

  next(): Promise<string | Buffer> {
    const frame = this.#frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The next message of this type; others on the way are left out. */
  async message<Message extends { readonly type: string }, Type extends Message['type']>(
    type: Type,
  ): Promise<Extract<Message, { readonly type: Type }>> {
    for (;;) {
      const frame = await this.next()
      if (typeof frame !== 'string') continue
      const message = JSON.parse(frame) as Message
      if (message.type === type) return message as Extract<Message, { readonly type: Type }>
    }
  }

  /** The first of these types that comes; others on the way are left out. */
  async oneOf(...types: readonly string[]): Promise<string> {
    for (;;) {
      const { type } = JSON.parse(String(await this.next())) as { readonly type: string }
      if (types.includes(type)) return type
    }
  }

  async send(message: unknown): Promise<void> {
    if (this.socket.readyState > WebSocket.OPEN) return // closed by the other side meanwhile
    await this.opened()
    this.socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    )
  }

  opened(): Promise<void> {
    if (this.socket.readyState === WebSocket.OPEN) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.socket.once('open', resolve)
      this.socket.once('error', reject)
    })
  }

  /** The status of the answer to the handshake. */
  handshake(): Promise<number> {
    return new Promise((resolve) => {
      this.socket.once('open', () => resolve(101))
      this.socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      })
    })
  }
}
