/** The last line of what a program said before it failed; of the error itself where it said nothing. */
export function lastLine(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return (said || String(error)).trim().split('\n').at(-1) ?? ''
}
