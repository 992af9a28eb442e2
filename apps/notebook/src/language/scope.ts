/** A cell and what it declares. */
export interface DeclaringCell {
  readonly id: string
  readonly names: readonly string[]
}

/**
 * Who declares a name for whom. The last cell before the one that uses it; where there is none, the first one after it:
 * cells are run in any order.
 */
export class Scope {
  /** By name: places of the cells that declare it, in order. */
  readonly #places = new Map<string, number[]>()
  readonly #cells: readonly DeclaringCell[]
  readonly #placeOf: ReadonlyMap<string, number>

  /** @param cells In the notebook's order. */
  constructor(cells: readonly DeclaringCell[]) {
    this.#cells = cells
    this.#placeOf = new Map(cells.map(({ id }, place) => [id, place]))
    cells.forEach(({ names }, place) => {
      for (const name of names) {
        const places = this.#places.get(name)
        if (places === undefined) this.#places.set(name, [place])
        else places.push(place)
      }
    })
  }

  /** Every name that some cell declares. */
  get names(): Iterable<string> {
    return this.#places.keys()
  }

  has(name: string): boolean {
    return this.#places.has(name)
  }

  /** The cell that a name comes from; undefined for a cell's own names and for those that no cell declares. */
  declaringCell(name: string, usedIn: string): string | undefined {
    const at = this.#placeOf.get(usedIn)
    const places = this.#places.get(name)
    if (at === undefined || places === undefined || places.includes(at)) return undefined
    const place = places.findLast((each) => each < at) ?? places[0]
    return place === undefined ? undefined : this.#cells[place]?.id
  }
}
