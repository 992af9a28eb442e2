import { writeSync } from 'node:fs'

const RETRY_MS = 1
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/**
 * Writes a text whole before it returns. A pipe that has no room makes it wait for the reader, as a blocking pipe
 * would; what nobody reads any more is dropped.
 */
export function writeToDescriptor(descriptor: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EPIPE') return
      // A pipe is this way once anything in the process has touched `process.stdout`, such as console.log().
      if (code !== 'EAGAIN') throw error
      Atomics.wait(sleeper, 0, 0, RETRY_MS)
    }
  }
}
