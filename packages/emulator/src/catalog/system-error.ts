/** True for an error of the operating system with one of these codes: `isSystemError(error, 'ENOENT')`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return typeof error.code === 'string' && codes.includes(error.code)
}
