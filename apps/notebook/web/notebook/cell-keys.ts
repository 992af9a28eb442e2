import type { CommandName } from './command-table.ts'
import { COMMANDS } from './commands.ts'

export interface PressedKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** What each key means while a cell, and not its editor, has the focus. */
const COMMAND_OF_KEY: ReadonlyMap<string, CommandName> = new Map(
  COMMANDS.flatMap(({ name, keys = [] }) => keys.map((key) => [key, name] as const)),
)

/** Two letters are a pair when they come within a second. */
const PAIR_MS = 1_000

export interface KeyReader {
  /** The command that this key completes, if it does. */
  read(pressed: PressedKey, atMs: number): CommandName | undefined
}

/** Remembers the first key of a pair. */
export function createKeyReader(): KeyReader {
  let first: { readonly name: string; readonly atMs: number } | null = null
  return {
    read(pressed, atMs) {
      const name = keyName(pressed)
      const pair = first !== null && atMs - first.atMs <= PAIR_MS ? first.name + name : undefined
      const completed = pair === undefined ? undefined : COMMAND_OF_KEY.get(pair)
      first = completed === undefined ? { name, atMs } : null
      return completed ?? COMMAND_OF_KEY.get(name)
    },
  }
}

/** `Ctrl+s` for ⌘S too: a Mac's reader presses the one, everybody else the other. */
export function keyName({ key, shiftKey, ctrlKey, metaKey, altKey }: PressedKey): string {
  const isLetter = key.length === 1
  const shift = shiftKey && (!isLetter || key !== key.toLowerCase()) ? 'Shift+' : ''
  // Caps Lock alone makes no other key.
  const name = isLetter && !shiftKey ? key.toLowerCase() : key
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift}${name}`
}
