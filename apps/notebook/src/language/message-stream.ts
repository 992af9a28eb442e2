const END_OF_HEAD = '\r\n\r\n'

/** A message with the head that the Language Server Protocol wants. */
export function encodeMessage(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}${END_OF_HEAD}`), body])
}

/** Cuts what arrives into messages, wherever its chunks begin and end. */
export class MessageReader {
  #chunks: Buffer[] = []
  #length = 0
  /** Bytes that the next message needs, its head included; 0 while its head is not whole. */
  #needed = 0
  #bodyAt = 0

  /** @throws {SyntaxError} for what is no message. */
  read(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const messages: unknown[] = []
    while (this.#length > 0 && this.#length >= this.#needed) {
      const data = this.#joined()
      if (this.#needed === 0 && !this.#readHead(data)) break
      if (data.length < this.#needed) break
      messages.push(JSON.parse(data.toString('utf8', this.#bodyAt, this.#needed)))
      this.#chunks = [data.subarray(this.#needed)]
      this.#length = data.length - this.#needed
      this.#needed = 0
    }
    return messages
  }

  #joined(): Buffer {
    const [only] = this.#chunks
    const data =
      only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks)
    this.#chunks = [data]
    return data
  }

  #readHead(data: Buffer): boolean {
    const end = data.indexOf(END_OF_HEAD)
    if (end === -1) return false
    const length = /^content-length: *(\d+)/im.exec(data.toString('latin1', 0, end))?.[1]
    if (length === undefined) throw new SyntaxError('Cannot read message: its head has no length')
    this.#bodyAt = end + END_OF_HEAD.length
    this.#needed = this.#bodyAt + Number(length)
    return true
  }
}
