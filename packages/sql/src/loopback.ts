/** True for a host name that never leaves this machine. */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return (
    bare === 'localhost' ||
    bare.endsWith('.localhost') ||
    bare === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(bare)
  )
}
