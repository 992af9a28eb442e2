import { isIP } from 'node:net'
import { isLoopback } from '@spcs/sql'

/**
 * True for a Host header that this server may answer to in token mode: a page of another site that had its name
 * point here (DNS rebinding) sends that name.
 */
export function isOwnHost(header: string, listenHost: string): boolean {
  const name = maybeHostName(header)
  if (name === undefined) return false
  if (isLoopback(name) || name === listenHost.toLowerCase()) return true
  // Listening everywhere: any address, as only names can be made to point elsewhere.
  return (listenHost === '0.0.0.0' || listenHost === '::') && isIP(name) !== 0
}

/**
 * True when a page of this very server asks: its Origin is scheme, host and port of the Host header.
 * Snowflake ends TLS before us and gives https only; the local account's ingress has http on `*.localhost`.
 */
export function isOwnOrigin(origin: string, host: string, mode: 'ingress' | 'token'): boolean {
  const name = maybeHostName(host)
  if (name === undefined) return false
  const own = host.toLowerCase()
  if (mode === 'token') return origin === `http://${own}`
  return origin === `https://${own}` || (isLoopback(name) && origin === `http://${own}`)
}

/** The name or address of a Host header, in lower case and without brackets. */
function maybeHostName(header: string): string | undefined {
  const match = /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::\d{1,5})?$/i.exec(header)
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, '')
}
