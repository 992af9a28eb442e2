import type { ReactElement } from 'react'
import type { Cell, CellRun } from '../../src/notebook/notebook.ts'
import { staleCells } from '../../src/notebook/stale-cells.ts'
import { useNow } from '../now.ts'
import { useNotebook } from './notebook-context.ts'
import { printDuration } from './run-time.ts'
import { staleWords } from './stale-words.ts'

/** How the last run went and whether it still holds, in words: colour alone says nothing to some readers. */
export function CellFoot(props: { readonly cell: Cell }): ReactElement | null {
  const { id, run } = props.cell
  const now = useNow(run.status === 'running')
  const stale = useNotebook(({ state }) => {
    const reason = state === null ? undefined : staleCells(state).get(id)
    return reason === undefined ? null : staleWords(reason)
  })
  const words = runWords(run, now)
  if (words === null && stale === null) return null
  return (
    <p className={`cell-foot ${run.status === 'ended' ? run.how : run.status}`}>
      {words}
      {stale !== null && <span className="stale">{stale}</span>}
    </p>
  )
}

function runWords(run: CellRun, now: number): string | null {
  switch (run.status) {
    case 'idle':
      return null
    case 'queued':
      return 'Waiting for the cells before it'
    case 'running': {
      const elapsedMs = Math.max(0, now - Date.parse(run.startedAt))
      return `Running${elapsedMs >= 1_000 ? ` for ${printDuration(elapsedMs)}` : '…'}`
    }
    case 'ended':
      // Nobody knows how long what was lost with a kernel had run.
      if (run.how === 'lost' && run.durationMs === 0) return 'Lost with its kernel'
      return HOW[run.how] + printDuration(run.durationMs)
  }
}

const HOW: Readonly<Record<(CellRun & { status: 'ended' })['how'], string>> = {
  ok: '',
  error: 'Failed after ',
  interrupted: 'Interrupted after ',
  abandoned: 'Given up after ',
  lost: 'Lost with its kernel after ',
}
