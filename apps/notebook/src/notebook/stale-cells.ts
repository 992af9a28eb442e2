import type { Cell, CellRan, CellUse } from './notebook.ts'
import type { NotebookState } from './operations.ts'

/** Why what a cell shows is no longer what its code would give. */
export type StaleReason =
  | { readonly type: 'edited' }
  /** A cell that this one takes a name from ran again, or one before it declared the name anew. */
  | { readonly type: 'redeclared'; readonly name: string; readonly by: string }
  /** The kernel that it ran in is gone, and with it everything that it declared. */
  | { readonly type: 'earlier-kernel' }

type Reasons = ReadonlyMap<string, StaleReason>

/**
 * The cells that ran here and are out of date, by id, each with its reason. A name that only a later cell declares too
 * makes nobody stale: run from top to bottom, a notebook that uses a name twice shows no mark.
 */
export function staleCells(state: NotebookState): Reasons {
  const { cells } = state.notebook
  const isGone = state.kernel.status === 'none' || state.kernel.status === 'ended'
  const since = isGone ? Infinity : (state.kernel.since ?? 0)
  const known = remembered.get(cells)
  if (known?.since === since) return known.reasons
  const reasons = findStale(cells, since)
  remembered.set(cells, { since, reasons })
  return reasons
}

/** Every cell of a page asks on every change: the answer is one for each list of cells. */
const remembered = new WeakMap<readonly Cell[], { since: number; reasons: Reasons }>()

function findStale(cells: readonly Cell[], since: number): Reasons {
  const reasons = new Map<string, StaleReason>()
  const declarers = declarersOf(cells)
  for (const [at, cell] of cells.entries()) {
    const { ran, run } = cell
    if (ran === undefined || run.status === 'queued' || run.status === 'running') continue
    const reason = reasonOf(cell, ran, at, since, declarers)
    if (reason !== undefined) reasons.set(cell.id, reason)
  }
  return reasons
}

interface Declarer {
  readonly cellId: string
  readonly at: number
  readonly order: number
}

function declarersOf(cells: readonly Cell[]): ReadonlyMap<string, readonly Declarer[]> {
  const declarers = new Map<string, Declarer[]>()
  for (const [at, { id, ran }] of cells.entries()) {
    for (const name of ran?.declares ?? []) {
      const declarer = { cellId: id, at, order: ran?.order ?? 0 }
      const others = declarers.get(name)
      if (others === undefined) declarers.set(name, [declarer])
      else others.push(declarer)
    }
  }
  return declarers
}

function reasonOf(
  cell: Cell,
  ran: CellRan,
  at: number,
  since: number,
  declarers: ReadonlyMap<string, readonly Declarer[]>,
): StaleReason | undefined {
  if (ran.order < since) return { type: 'earlier-kernel' }
  if (ran.source !== cell.source) return { type: 'edited' }
  for (const { name, from } of ran.uses) {
    const by = declarers
      .get(name)
      ?.find(
        ({ cellId, order, at: place }) =>
          cellId !== cell.id && order > ran.order && (place < at || cellId === from),
      )
    if (by !== undefined) return { type: 'redeclared', name, by: by.cellId }
  }
  return undefined
}

/** The stale cells and those that take names from them, in order: after they have run no mark is left. */
export function cellsToRunAgain(state: NotebookState): readonly string[] {
  const again = new Set(staleCells(state).keys())
  const names = new Set<string>()
  const ids: string[] = []
  for (const { id, ran, run } of state.notebook.cells) {
    const takes = ran?.uses.some(({ name }) => names.has(name)) === true
    if (!again.has(id) && !takes) continue
    if (run.status === 'queued' || run.status === 'running') continue
    ids.push(id)
    for (const name of ran?.declares ?? []) names.add(name)
  }
  return ids
}

/** Where each name came from when a cell ran: the cell that had declared it last. */
export function usesOf(
  state: NotebookState,
  cellId: string,
  names: readonly string[],
): readonly CellUse[] {
  const wanted = new Map<string, { from: string | null; order: number }>(
    names.map((name) => [name, { from: null, order: -1 }]),
  )
  for (const { id, ran } of state.notebook.cells) {
    if (ran === undefined || id === cellId) continue
    for (const name of ran.declares) {
      const use = wanted.get(name)
      if (use !== undefined && ran.order > use.order) {
        use.from = id
        use.order = ran.order
      }
    }
  }
  return [...wanted].map(([name, { from }]) => ({ name, from }))
}
