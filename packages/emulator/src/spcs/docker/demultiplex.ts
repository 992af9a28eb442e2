import { StringDecoder } from 'node:string_decoder'

/** Takes what a container printed, in the order in which it did. */
export type OnPrinted = (stream: 'stdout' | 'stderr', text: string) => void

const HEADER_BYTES = 8

/**
 * Reads what the engine sends of a container without a terminal: frames of both streams, each after eight bytes that
 * say which stream it is and how long. Returns what takes the next piece; frames and characters may be cut anywhere.
 *
 * @see https://docs.docker.com/reference/api/engine/ (ContainerAttach, stream format)
 */
export function demultiplex(onPrinted: OnPrinted): (piece: Buffer) => void {
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() }
  let rest: Buffer = Buffer.alloc(0)
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt32BE(4)
      if (rest.length < end) return
      const stream = rest[0] === 2 ? 'stderr' : 'stdout'
      const text = decoders[stream].write(rest.subarray(HEADER_BYTES, end))
      if (text !== '') onPrinted(stream, text)
      rest = rest.subarray(end)
    }
  }
}
