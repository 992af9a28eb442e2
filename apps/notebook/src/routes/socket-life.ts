import type { WebSocket } from 'ws'

/** Well under the 90 s after which the ingress cuts a silent connection. */
export const PING_MS = 25_000
/** As long as nothing at all is heard of a page: it is gone, whatever its socket says. */
export const SILENCE_MS = 60_000

/** Keeps a socket from being cut for silence, and ends one whose page is gone. */
export function keepAlive(
  socket: WebSocket,
  { pingMs = PING_MS, silenceMs = SILENCE_MS }: { pingMs?: number; silenceMs?: number } = {},
): void {
  const silence = setTimeout(() => socket.terminate(), silenceMs)
  const pings = setInterval(() => socket.ping(), pingMs)
  const onHeard = (): void => void silence.refresh()
  socket.on('message', onHeard)
  socket.on('ping', onHeard)
  socket.on('pong', onHeard)
  socket.on('close', () => {
    clearTimeout(silence)
    clearInterval(pings)
  })
}

/** Why a socket is closed, for those who look at frames; the messages say it for pages. */
export const CLOSE = {
  done: 1000,
  goingAway: 1001,
  protocolError: 1008,
  internal: 1011,
  comeAgain: 1013,
} as const
