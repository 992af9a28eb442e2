import type { Socket } from 'node:net'

/** Calls a listener with each line that comes, without its end. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  let pieces: string[] = []
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      pieces.push(text.slice(start, end))
      start = end + 1
      const line = pieces.join('')
      pieces = []
      onLine(line)
    }
    if (start < text.length) pieces.push(text.slice(start))
  })
}
