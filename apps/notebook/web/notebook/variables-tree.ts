import type { KernelProperty, KernelVariable } from '../../src/kernel/kernel.ts'

/** Entries of one look; when as many have come there may be more. */
export const ENTRIES = 200

export type VariableSort = 'declared' | 'name' | 'type' | 'size'

/** A variable, or something inside of one. */
export interface VariablePlace {
  readonly name: string
  /** Keys that lead inside; none for the variable itself. */
  readonly path: readonly string[]
}

/** What was found inside of places that are open, by `placeId`. */
export type OpenPlaces = ReadonlyMap<string, readonly KernelProperty[]>

/** A row of the tree, from the first on down. */
export type VariableRow = VariablePlace & {
  readonly id: string
  /** From 1. */
  readonly level: number
} & (
    | {
        readonly kind: 'value'
        readonly label: string
        readonly value: Omit<KernelVariable, 'name'>
        /** Null where there is nothing inside. */
        readonly isOpen: boolean | null
      }
    /** Asks for what comes after those that are here. */
    | { readonly kind: 'more'; readonly offset: number }
  )

export function placeId({ name, path }: VariablePlace): string {
  return JSON.stringify([name, ...path])
}

/** The rows that are to be seen: variables that fit the filter, in order, each with what is open inside. */
export function variableRows(
  variables: readonly KernelVariable[],
  open: OpenPlaces,
  options: { readonly filter: string; readonly sort: VariableSort },
): readonly VariableRow[] {
  const wanted = options.filter.trim().toLowerCase()
  const fitting = variables.filter(({ name, type }) =>
    [name, type].some((text) => text.toLowerCase().includes(wanted)),
  )
  return inOrder(fitting, options.sort).flatMap((variable) =>
    rowsOf({ name: variable.name, path: [] }, variable.name, variable, hasInside(variable), open),
  )
}

function rowsOf(
  place: VariablePlace,
  label: string,
  value: Omit<KernelVariable, 'name'>,
  isParent: boolean,
  open: OpenPlaces,
): readonly VariableRow[] {
  const id = placeId(place)
  const inside = open.get(id)
  const level = place.path.length + 1
  const isOpen = isParent ? inside !== undefined : null
  const row: VariableRow = { ...place, id, level, kind: 'value', label, value, isOpen }
  if (inside === undefined) return [row]
  const children = inside.flatMap((property, index) => {
    // A key leads inside; what has none needs but an id of its own.
    const path = [...place.path, property.key ?? `!${index}`]
    return rowsOf({ ...place, path }, property.name, property, property.key !== null, open)
  })
  const isFull = inside.length > 0 && inside.length % ENTRIES === 0
  if (!isFull) return [row, ...children]
  const more = { ...place, id: `${id}+`, level: level + 1, kind: 'more' as const }
  return [row, ...children, { ...more, offset: inside.length }]
}

/** A variable may be looked into unless it is a plain value. */
function hasInside({ type, size }: KernelVariable): boolean {
  return !PLAIN.has(type) && !(size === 0 && /^(?:Array|Map|Set|Rows)\(/.test(type))
}

const PLAIN = new Set(
  'string number bigint boolean symbol undefined null accessor Proxy Function Date RegExp Promise'.split(
    ' ',
  ),
)

function inOrder(variables: readonly KernelVariable[], sort: VariableSort): KernelVariable[] {
  switch (sort) {
    case 'declared':
      return [...variables]
    case 'name':
      return variables.toSorted((a, b) => compare(a.name, b.name))
    case 'type':
      return variables.toSorted((a, b) => compare(a.type, b.type) || compare(a.name, b.name))
    case 'size':
      return variables.toSorted((a, b) => (b.size ?? -1) - (a.size ?? -1))
  }
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
