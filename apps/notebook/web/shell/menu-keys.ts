/** Letters that come within this time are one word. */
const WORD_MS = 700

export interface MenuKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** Where a key leads in a menu: to the item at an index, to the press of the one that has the focus, or nowhere. */
export type ReadMenuKey = (
  pressed: MenuKey,
  at: number,
  labels: readonly string[],
  atMs: number,
) => number | 'press' | undefined

/** Remembers the letters typed so far. */
export function createMenuKeys(): ReadMenuKey {
  let typed = { word: '', atMs: 0 }
  return (pressed, at, labels, atMs) => {
    const count = labels.length
    switch (pressed.key) {
      case 'ArrowDown':
        return (at + 1) % count
      case 'ArrowUp':
        return (at - 1 + count) % count
      case 'Home':
        return 0
      case 'End':
        return count - 1
      // A link knows Enter alone.
      case ' ':
        return 'press'
      default:
    }
    if (pressed.key.length !== 1 || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return
    const before = atMs - typed.atMs <= WORD_MS ? typed.word : ''
    const word = before + pressed.key.toLowerCase()
    typed = { word, atMs }
    // The same letter again goes on to the next that begins with it.
    const isRepeated = word === pressed.key.toLowerCase().repeat(word.length)
    const sought = isRepeated ? word.slice(0, 1) : word
    const from = isRepeated ? at + 1 : at
    for (let step = 0; step < count; step++) {
      const index = (from + step) % count
      if (labels[index]?.toLowerCase().startsWith(sought) === true) return index
    }
    return undefined
  }
}
