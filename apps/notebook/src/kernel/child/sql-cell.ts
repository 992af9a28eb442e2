import { type ResultSet, toObjects } from '@spcs/sql'
import type { Display } from './globals.ts'
import type { KernelSession } from './kernel-session.ts'
import { printResult } from './print-result.ts'

/** Runs the statements of a SQL cell in order and shows every result; the last one's rows stay in `_sql`. */
export async function runSqlCell(
  statements: readonly string[],
  session: KernelSession,
  display: Display,
): Promise<void> {
  for (const statement of statements) {
    const result = await session.execute(statement)
    Object.defineProperty(globalThis, '_sql', {
      value: toObjects(result),
      configurable: true,
      writable: true,
      enumerable: true,
    })
    display(bundleOf(result))
  }
}

function bundleOf(result: ResultSet): Record<string, string> {
  return { 'text/plain': printResult(result) }
}
