import { CodedError } from '@spcs/errors'
import type { ErrorText, Reply } from './messages.ts'

interface Awaited {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** Questions to a kernel by their numbers, until their answers come. */
export class AwaitedReplies {
  readonly #awaited = new Map<number, Awaited>()
  #last = 0

  /** Settles with the answer to the question that `send` sends. */
  ask(send: (requestId: number) => void): Promise<Reply> {
    this.#last += 1
    const requestId = this.#last
    return new Promise((resolve, reject) => {
      this.#awaited.set(requestId, { resolve, reject })
      send(requestId)
    })
  }

  reply(requestId: number, result: Reply): void {
    this.#awaited.get(requestId)?.resolve(result)
    this.#awaited.delete(requestId)
  }

  refuse(requestId: number, { code, message, hint }: ErrorText): void {
    this.#awaited.get(requestId)?.reject(new CodedError(code, message, { hint }))
    this.#awaited.delete(requestId)
  }

  /** Nobody will answer any more. */
  refuseAll(error: Error): void {
    for (const { reject } of this.#awaited.values()) reject(error)
    this.#awaited.clear()
  }
}
