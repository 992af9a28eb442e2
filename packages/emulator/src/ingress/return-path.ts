/** Where paths of the platform itself begin; a service has none below it. */
export const PLATFORM_PATH = '/sfc-endpoint/'

const START = '/'

/**
 * Where to go after signing in: a path of this very host, or else its start. What a browser would read as another host
 * (`//host`, `/\host`, `https:…`) is none.
 */
export function returnPath(wanted: string | null | undefined): string {
  if (wanted === null || wanted === undefined || !wanted.startsWith('/')) return START
  const base = 'http://here.invalid'
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : undefined
  if (url === undefined || url.origin !== base) return START
  // `/a/..//host` becomes `//host` only when it is read.
  if (url.pathname.startsWith('//') || url.pathname.startsWith(PLATFORM_PATH)) return START
  return `${url.pathname}${url.search}`
}
