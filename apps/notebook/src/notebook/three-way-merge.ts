import { printOutput } from './ipynb.ts'
import { objectOr } from './json-shape.ts'
import { hasSameContent, isSameJson } from './same-content.ts'
import type { Cell, JsonObject, Notebook } from './notebook.ts'

export interface Merge {
  readonly notebook: Notebook
  /** Cells that both sides changed; theirs stands after ours as a cell of its own. */
  readonly conflicts: readonly string[]
}

/**
 * Joins two changed copies of a notebook, cell by cell, by the cells' ids.
 *
 * What one side changed is taken; what both changed differently is kept twice, ours first, theirs as a new cell
 * after it with the metadata `spcs.conflict`. A cell that one side deleted and the other changed stays.
 * Outputs alone never conflict: ours are kept, for the kernel is ours. Cells stand in the order of ours, theirs
 * put in behind the cell that they follow, unless they alone moved cells.
 */
export function mergeNotebooks(base: Notebook, ours: Notebook, theirs: Notebook): Merge {
  const inBase = byId(base)
  const inOurs = byId(ours)
  const inTheirs = byId(theirs)
  const taken = new Set([...inBase.keys(), ...inOurs.keys(), ...inTheirs.keys()])
  const conflicts: string[] = []
  const merged: Cell[] = []
  for (const id of mergeOrder(idsOf(base), idsOf(ours), idsOf(theirs))) {
    const cells = mergeCell(inBase.get(id), inOurs.get(id), inTheirs.get(id))
    const [kept, theirCopy] = cells
    if (kept === undefined) continue
    merged.push(kept)
    if (theirCopy === undefined) continue
    conflicts.push(id)
    const copyId = freeId(id, taken)
    taken.add(copyId)
    merged.push(asConflict(theirCopy, copyId, id))
  }
  const metadata = mergeObjects(base.metadata, ours.metadata, theirs.metadata)
  return { notebook: { cells: merged, metadata }, conflicts }
}

/** The cell that is kept, and theirs when both must be; none when it is deleted. */
function mergeCell(
  base: Cell | undefined,
  ours: Cell | undefined,
  theirs: Cell | undefined,
): readonly Cell[] {
  if (ours === undefined) {
    if (theirs === undefined) return []
    // We deleted it: it stays only if they put something new into it.
    return base !== undefined && hasSameContent(base, theirs) ? [] : [theirs]
  }
  if (theirs === undefined) {
    const isOurs = base === undefined || !hasSameContent(base, ours) || isAtWork(ours)
    return isOurs ? [ours] : []
  }
  if (hasSameContent(ours, theirs)) return [takeOutputs(base, ours, theirs)]
  if (base !== undefined && hasSameContent(base, theirs)) return [ours]
  if (base !== undefined && hasSameContent(base, ours)) return [takeContent(ours, theirs)]
  return [ours, theirs]
}

function isAtWork(cell: Cell): boolean {
  return cell.run.status === 'queued' || cell.run.status === 'running'
}

/** Theirs, in the place of our cell: its version goes on, for pages count changes by it. */
function takeContent(ours: Cell, theirs: Cell): Cell {
  const version = ours.source === theirs.source ? ours.version : ours.version + 1
  const { outputs, executionCount, run, ran } = ours
  const taken = { ...theirs, version, ...(ran === undefined ? {} : { ran }) }
  return isAtWork(ours) ? { ...taken, outputs, executionCount, run } : taken
}

/** Both have the same text: outputs that only they changed are taken. */
function takeOutputs(base: Cell | undefined, ours: Cell, theirs: Cell): Cell {
  if (base === undefined || isAtWork(ours)) return ours
  const oursChanged = !hasSameOutputs(base, ours)
  if (oursChanged || hasSameOutputs(base, theirs)) return ours
  const { outputs, executionCount } = theirs
  return { ...ours, outputs, executionCount, run: { status: 'idle' } }
}

function hasSameOutputs(one: Cell, other: Cell): boolean {
  if (one.executionCount !== other.executionCount) return false
  if (one.outputs === other.outputs) return true
  // As the file holds them: trust and display ids are not in it.
  return isSameJson(one.outputs.map(printOutput), other.outputs.map(printOutput))
}

function asConflict(theirs: Cell, id: string, conflict: string): Cell {
  const spcs = theirs.metadata['spcs']
  const metadata: JsonObject = { ...theirs.metadata, spcs: { ...objectOr(spcs), conflict } }
  return { ...theirs, id, metadata }
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const end = `-theirs${n === 1 ? '' : n}`
    const free = `${id.slice(0, 64 - end.length)}${end}`
    if (!taken.has(free)) return free
  }
}

/** Order of all ids: ours with theirs put in, or theirs with ours put in where only they moved cells. */
function mergeOrder(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] {
  const common = new Set(base.filter((id) => ours.includes(id) && theirs.includes(id)))
  const inCommon = (ids: readonly string[]): string => ids.filter((id) => common.has(id)).join('\n')
  const onlyTheyMoved = inCommon(ours) === inCommon(base) && inCommon(theirs) !== inCommon(base)
  return onlyTheyMoved ? putIn(theirs, ours) : putIn(ours, theirs)
}

/** Ids of `others` that `ids` lacks, each behind the id that it follows. */
function putIn(ids: readonly string[], others: readonly string[]): readonly string[] {
  const order = [...ids]
  const present = new Set(ids)
  let previous: string | undefined
  for (const id of others) {
    if (!present.has(id)) {
      order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, id)
      present.add(id)
    }
    previous = id
  }
  return order
}

/** Key by key; where both changed one, ours is kept. */
function mergeObjects(base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject {
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const merged = [...keys].flatMap((key) => {
    const weChanged = !isSameJson(ownValue(base, key), ownValue(ours, key))
    const value = ownValue(weChanged ? ours : theirs, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(merged)
}

function ownValue(object: JsonObject, key: string): JsonObject[string] | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function byId(notebook: Notebook): ReadonlyMap<string, Cell> {
  return new Map(notebook.cells.map((cell) => [cell.id, cell]))
}

function idsOf(notebook: Notebook): readonly string[] {
  return notebook.cells.map(({ id }) => id)
}
