import { deepStrictEqual } from 'node:assert'
import { encodeBatch } from '@spcs/service-function'
import { countCalm, type Window } from './calm-windows.ts'
import { rowsPerSecond } from './load-figures.ts'
import { processorSeconds, tellsProcesses } from './processor-time.ts'
import { sendBatches } from './service-function-load.ts'
import { celsiusRows, convertHeaders } from './service-function-request.ts'
import type { StartedServer } from './start-server.ts'

export const WINDOW_SECONDS = 1
/** Until then a server's code is still being compiled. */
const WARM_SECONDS = 4
/** So many windows count; while they are not calm, more are taken. */
export const WINDOWS = 5
const MOST_WINDOWS = 12

/**
 * Rows per second of each server, window by window; the servers take turns, so that the machine's moods hit all alike.
 * Where too few windows are calm, `onRestless` hears how many are.
 */
export async function takeWindows(
  servers: readonly StartedServer[],
  rows: number,
  onRestless: (what: string) => void,
): Promise<Map<StartedServer, Window[]>> {
  const windows = new Map(servers.map((server) => [server, [] as Window[]]))
  for (const server of servers) {
    await requireRightAnswer(server, rows)
    await sendBatches(server.url, rows, { seconds: WARM_SECONDS })
  }
  for (let round = 0; round < MOST_WINDOWS; round++) {
    for (const [server, taken] of windows) {
      if (countCalm(taken) < WINDOWS) taken.push(await takeWindow(server, rows))
    }
  }
  if ([...windows.values()].some((taken) => countCalm(taken) < WINDOWS)) {
    onRestless(`batches of ${rows}, calm windows: ${printCalm(windows)}`)
  }
  return windows
}

async function takeWindow(server: StartedServer, rows: number): Promise<Window> {
  const { pid } = server.process
  const tells = pid !== undefined && tellsProcesses()
  const before = tells ? processorSeconds(pid) : 0
  const figures = await sendBatches(server.url, rows, { seconds: WINDOW_SECONDS })
  const figure = rowsPerSecond(server.name, rows, figures)
  const ran = tells ? processorSeconds(pid) - before : figures.seconds
  return { figure, share: Math.min(ran / figures.seconds, 1) }
}

function printCalm(windows: ReadonlyMap<StartedServer, readonly Window[]>): string {
  const counts = [...windows].map(
    ([{ name }, taken]) => `${countCalm(taken)} of ${taken.length} of ${name}`,
  )
  return counts.join(', ')
}

/** A figure of wrong answers is no figure. */
async function requireRightAnswer({ name, url }: StartedServer, rows: number): Promise<void> {
  const batch = celsiusRows(rows)
  const response = await fetch(new URL('/convert', url), {
    method: 'POST',
    headers: convertHeaders('1'),
    body: encodeBatch(batch),
  })
  const expected = { data: batch.map(([celsius], row) => [row, (celsius * 9) / 5 + 32]) }
  deepStrictEqual(await response.json(), expected, `${name} answers a batch of ${rows} wrongly`)
}
