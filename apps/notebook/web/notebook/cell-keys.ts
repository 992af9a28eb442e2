/** What a key does while a cell, and not its editor, has the focus. */
export type CellCommand =
  | 'edit'
  | 'run-and-advance'
  | 'run'
  | 'run-and-insert'
  | 'select-previous'
  | 'select-next'
  | 'select-first'
  | 'select-last'
  | 'insert-above'
  | 'insert-below'
  | 'delete'
  | 'restore'
  | 'cut'
  | 'copy'
  | 'paste-below'
  | 'paste-above'
  | 'to-typescript'
  | 'to-sql'
  | 'to-markdown'
  | 'to-raw'
  | 'move-up'
  | 'move-down'
  | 'interrupt'
  | 'restart'
  | 'save'
  | 'help'

export interface PressedKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** Keys of Jupyter's command mode; `q` is ours, for SQL. Two letters: pressed twice within a second. */
export const COMMAND_KEYS: Readonly<Record<string, CellCommand>> = {
  Enter: 'edit',
  'Shift+Enter': 'run-and-advance',
  'Ctrl+Enter': 'run',
  'Alt+Enter': 'run-and-insert',
  ArrowUp: 'select-previous',
  ArrowDown: 'select-next',
  k: 'select-previous',
  j: 'select-next',
  Home: 'select-first',
  End: 'select-last',
  a: 'insert-above',
  b: 'insert-below',
  dd: 'delete',
  z: 'restore',
  x: 'cut',
  c: 'copy',
  v: 'paste-below',
  'Shift+V': 'paste-above',
  y: 'to-typescript',
  q: 'to-sql',
  m: 'to-markdown',
  r: 'to-raw',
  'Alt+ArrowUp': 'move-up',
  'Alt+ArrowDown': 'move-down',
  ii: 'interrupt',
  '00': 'restart',
  'Ctrl+s': 'save',
  h: 'help',
  '?': 'help',
}

const PAIR_MS = 1_000

export interface KeyReader {
  /** The command that this key completes, if it does. */
  read(pressed: PressedKey, atMs: number): CellCommand | undefined
}

/** Remembers the first key of a pair. */
export function createKeyReader(): KeyReader {
  let first: { readonly name: string; readonly atMs: number } | null = null
  return {
    read(pressed, atMs) {
      const name = keyName(pressed)
      const pair = first !== null && atMs - first.atMs <= PAIR_MS ? first.name + name : undefined
      const completed = pair === undefined ? undefined : COMMAND_KEYS[pair]
      first = completed === undefined ? { name, atMs } : null
      return completed ?? COMMAND_KEYS[name]
    },
  }
}

/** `Ctrl+s` for ⌘S too: a Mac's reader presses the one, everybody else the other. */
export function keyName({ key, shiftKey, ctrlKey, metaKey, altKey }: PressedKey): string {
  const isLetter = key.length === 1
  const shift = shiftKey && (!isLetter || key !== key.toLowerCase()) ? 'Shift+' : ''
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift}${key}`
}
