const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'mailto:'])

/**
 * The only way by which an address from a notebook becomes a link: absolute http, https or mailto, or undefined.
 * Relative addresses are no links: they would lead into this server with the reader's rights.
 */
export function safeUrl(address: string): string | undefined {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return undefined
  }
  return SAFE_PROTOCOLS.has(url.protocol) ? url.href : undefined
}
