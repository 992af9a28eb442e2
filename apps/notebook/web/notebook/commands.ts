import {
  COMMAND_TABLE,
  type CommandEntry,
  type CommandGroup,
  type CommandName,
} from './command-table.ts'

export interface Command extends CommandEntry {
  readonly name: CommandName
}

export const COMMANDS: readonly Command[] = Object.entries(COMMAND_TABLE).map(([name, entry]) => ({
  ...entry,
  name: name as CommandName,
}))

export const GROUPS: readonly CommandGroup[] = [
  'Run',
  'Cells',
  'Look',
  'Kernel',
  'Notebook',
  'Language',
]

export function commandOf<Name extends CommandName>(
  name: Name,
): (typeof COMMAND_TABLE)[Name] & { readonly name: Name } {
  return { ...COMMAND_TABLE[name], name }
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** Keys as they are printed: `Alt ↑`, `d d`. */
export function printKeys(keys: string): string {
  if (/^[\da-z]{2}$/.test(keys)) return keys.split('').join(' ')
  return keys
    .split(/[+ ]/)
    .map((key) => SIGNS[key] ?? (key.length === 1 && keys.includes('+') ? key.toUpperCase() : key))
    .join(' ')
}

/** Keys as CodeMirror names them, whose `Mod` is ⌘ on a Mac and Ctrl elsewhere: `Mod-k Mod-i`. */
export function codeMirrorKeys(keys: string): string {
  return keys.replaceAll('Ctrl+', 'Mod-').replaceAll('+', '-')
}
