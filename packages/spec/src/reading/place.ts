/** A place in a document, for messages. */
export interface Place {
  /** From the top: `spec.containers[0].image`. */
  readonly path: string
  /** What messages call it: the key, or the list's key with an index. */
  readonly name: string
  /** What messages call the thing around it; empty at the top. */
  readonly owner: string
  /** Where it begins in the text. */
  readonly offset: number
}

export const ROOT: Place = { path: '', name: '', owner: '', offset: 0 }

/** The place of a field of a record. */
export function fieldPlace(owner: Place, key: string, offset: number): Place {
  const path = owner.path === '' ? key : `${owner.path}.${key}`
  return { path, name: key, owner: owner.name, offset }
}

/** The place of an item of a list. */
export function itemPlace(list: Place, index: number, offset: number): Place {
  return {
    path: `${list.path}[${index}]`,
    name: `${list.name}[${index}]`,
    owner: list.owner,
    offset,
  }
}

/** The words of a message for a field of a place: `'port' for 'readinessProbe'`. */
export function nameField(key: string, owner: string): string {
  return owner === '' ? `'${key}'` : `'${key}' for '${owner}'`
}
