import { on, once } from 'node:events'
import { WebSocket } from 'ws'
import type { PageMessage, PageRequest, ServerMessage } from '../protocol.ts'

export interface AskedServer {
  readonly host: string
  /** Of a session that is signed in. */
  readonly cookie: string
  readonly notebook: string
}

/** Asks a running server about a notebook as a page does, all questions at once; gives the answers in their order. */
export async function askOverSocket(
  { host, cookie, notebook }: AskedServer,
  questions: readonly PageRequest[],
): Promise<readonly unknown[]> {
  const address = `ws://${host}/api/notebook-socket?path=${encodeURIComponent(notebook)}`
  const socket = new WebSocket(address, { headers: { cookie, origin: `http://${host}` } })
  const send = (message: PageMessage): void => socket.send(JSON.stringify(message))
  try {
    await once(socket, 'open')
    send({ type: 'hello', protocol: 1, clientId: 'asking', epoch: null, sequence: 0 })
    questions.forEach((request, requestId) => send({ type: 'request', requestId, request }))
    const answers = new Map<number, unknown>()
    for await (const [data] of on(socket, 'message')) {
      const message = JSON.parse(String(data)) as ServerMessage
      if (message.type === 'failed' || message.type === 'closed') throw new Error(message.message)
      if (message.type === 'answer') answers.set(message.requestId, message.answer)
      if (answers.size === questions.length) break
    }
    return questions.map((_, requestId) => answers.get(requestId))
  } finally {
    socket.terminate()
  }
}
