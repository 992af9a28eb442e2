import { CodedError } from './coded-error.ts'

/**
 * The lines a terminal shows for an error: its code and message, its hint, and the causes below it.
 * An error without a code is a bug of ours, so its stack is printed in full.
 */
export function printError(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`
  if (!(error instanceof CodedError)) return error.stack ?? `${error.name}: ${error.message}`
  const lines = [`${error.code}: ${error.message}`]
  if (error.hint !== undefined) lines.push(`  → ${error.hint}`)
  lines.push(...causes(error).map((cause) => `  because ${cause.replaceAll('\n', '\n    ')}`))
  return lines.join('\n')
}

/** The messages of an error's causes, nearest first; a cause that repeats its parent is left out. */
function causes(error: Error): string[] {
  const messages: string[] = []
  let previous = error.message
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!previous.includes(cause.message.replace(/[.\s]+$/, ''))) messages.push(cause.message)
    previous = cause.message
  }
  return messages
}
