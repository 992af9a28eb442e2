import type { Cell } from '../../src/notebook/notebook.ts'

/** papermill's tag for the cell that holds a notebook's parameters with their defaults. */
const TAG = 'parameters'

export function isParameters({ metadata }: Cell): boolean {
  return Array.isArray(metadata['tags']) && metadata['tags'].includes(TAG)
}

/** The metadata with the tag or without it; other tags stay. */
export function withParameters(cell: Cell, isWanted: boolean): Cell['metadata'] {
  const { tags, ...rest } = cell.metadata
  const others = Array.isArray(tags) ? tags.filter((tag) => tag !== TAG) : []
  const next = isWanted ? [...others, TAG] : others
  return next.length === 0 ? rest : { ...rest, tags: next }
}
