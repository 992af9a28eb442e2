/** Ports on which a log says that something listens: `Server listening at http://0.0.0.0:3000`. */
export function listeningPorts(lines: readonly string[]): number[] {
  const ports = lines.filter((line) => LISTENING.test(line)).flatMap(portsIn)
  return [...new Set(ports)]
}

// "not listening" and "stopped listening" say the contrary.
const LISTENING =
  /(?<!not |stopped |stop )\b(?:listening|listens|running|started|serving|ready|available)\b.*?(?:\bport\b|:\d)/i

function portsIn(line: string): number[] {
  // An address with its port, or the word; a time such as 12:30:45 is neither.
  const found = line.matchAll(
    /(?:\/\/[\w.[\]:-]*?:|(?:\d{1,3}\.){3}\d{1,3}:|localhost:|\[?::\]?:|\*:|\bport\W{1,3}|on :)(\d{2,5})\b/gi,
  )
  return [...found].map(([, port]) => Number(port)).filter((port) => port > 0 && port < 65_536)
}

/** The status with which the log says that a path was answered; undefined when it does not say. */
export function answeredStatus(lines: readonly string[], path: string): number | undefined {
  const asked = lines.filter((line) => line.includes(path)).toReversed()
  for (const line of asked) {
    const [, status] = /"?status(?:Code)?"?\s*[:=]\s*(\d{3})\b/i.exec(line) ?? []
    if (status !== undefined) return Number(status)
    // The common log format: "GET /health HTTP/1.1" 404
    const [, logged] = /\bHTTP\/[\d.]+"?\s+(\d{3})\b/.exec(line) ?? []
    if (logged !== undefined) return Number(logged)
  }
  return undefined
}

/** A program for another processor: what Linux says of it, and what shells and Node make of that. */
export function isWrongArchitecture(lines: readonly string[]): boolean {
  return lines.some((line) => /exec format error|cannot execute binary file/i.test(line))
}

/** Node's own limit was reached, which may lie below that of the container. */
export function isHeapExhausted(lines: readonly string[]): boolean {
  return lines.some((line) => /heap out of memory|Reached heap limit/.test(line))
}

/** Snowflake refused a token that was good once: https://github.com/apache/airflow/pull/60027 */
export function isTokenExpired(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /\b390114\b|Authentication token has expired|OAuth access token expired/i.test(line),
  )
}
