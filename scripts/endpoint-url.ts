/** What a browser opens: the local account's endpoints are hosts of this machine, without TLS. */
export function endpointUrl(host: string): string {
  const { hostname } = new URL(`https://${host}`)
  return `${hostname.endsWith('.localhost') ? 'http' : 'https'}://${host}`
}
