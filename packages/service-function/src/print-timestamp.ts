let printedMs = 0
let printed = ''

/** `,"timestamp":"2024-03-21T14:30:00.123Z"`. Lines of one millisecond share it: it costs more than the rest of a short line. */
export function printTimestamp(now: number): string {
  if (now !== printedMs) {
    printedMs = now
    printed = `,"timestamp":"${new Date(now).toISOString()}"`
  }
  return printed
}
