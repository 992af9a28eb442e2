/** What the page needs of a WebSocket, so that a test can stand in for one and cut it anywhere. */
export interface OpenSocket {
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(): void
}

/** None of these is called before the function that opened the socket has returned. */
export interface SocketEvents {
  readonly onOpen: () => void
  readonly onMessage: (data: string | ArrayBuffer) => void
  readonly onClose: () => void
}

export function openSocket(address: string, events: SocketEvents): OpenSocket {
  const socket = new WebSocket(address)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', events.onOpen)
  socket.addEventListener('close', events.onClose)
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) =>
    events.onMessage(data),
  )
  return socket
}
