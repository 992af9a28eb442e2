import { constants } from 'node:os'

const WORDS: Readonly<Record<number, string>> = {
  0: 'it ended by itself, and a service must go on running',
  1: 'an error of the app',
  126: 'its command may not be executed',
  127: 'its command was not found',
  134: 'it aborted, SIGABRT',
  137: 'it was killed, SIGKILL',
  139: 'a memory fault, SIGSEGV',
  143: 'it was told to end, SIGTERM',
}

/** `exit code 137: it was killed, SIGKILL`; above 128 a shell's way to tell of a signal. */
export function describeExitCode(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)
  const words = WORDS[code] ?? signal?.[0]
  return words === undefined ? `exit code ${code}` : `exit code ${code}: ${words}`
}
