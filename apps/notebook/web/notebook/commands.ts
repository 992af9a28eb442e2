import type { IconName } from '../icons.tsx'

/** Where a command stands in the palette and in the help. */
export type CommandGroup = 'Run' | 'Cells' | 'Look' | 'Kernel' | 'Notebook'

interface CommandEntry {
  /** What it does, as the palette says it. */
  readonly title: string
  readonly group: CommandGroup
  /** Keys while a cell, and not its editor, has the focus; two letters are pressed one after the other. */
  readonly keys?: readonly string[]
  /** Stands in the menu of a cell. */
  readonly isInMenu?: boolean
  readonly icon?: IconName
  /** Needs the right to run. */
  readonly runs?: boolean
}

/**
 * Everything that a reader can have done to a notebook. Keys, palette, menus and help are made from this table alone.
 * The keys are those of Jupyter's command mode; `q` is ours, for SQL.
 */
const TABLE = {
  'run-and-advance': {
    title: 'Run and go on to the next cell',
    group: 'Run',
    keys: ['Shift+Enter'],
    runs: true,
  },
  run: {
    title: 'Run the selected cells',
    group: 'Run',
    keys: ['Ctrl+Enter'],
    icon: 'play',
    runs: true,
  },
  'run-and-insert': {
    title: 'Run and insert a cell below',
    group: 'Run',
    keys: ['Alt+Enter'],
    runs: true,
  },
  'run-all': { title: 'Run all cells', group: 'Run', icon: 'run-all', runs: true },
  'run-above': {
    title: 'Run all cells above',
    group: 'Run',
    keys: ['Ctrl+Shift+ArrowUp'],
    isInMenu: true,
    runs: true,
  },
  'run-below': {
    title: 'Run this cell and all below',
    group: 'Run',
    keys: ['Ctrl+Shift+ArrowDown'],
    isInMenu: true,
    runs: true,
  },
  'run-stale': { title: 'Run stale cells', group: 'Run', keys: ['Shift+R'], runs: true },
  edit: { title: 'Edit', group: 'Cells', keys: ['Enter'] },
  'select-previous': { title: 'Previous cell', group: 'Cells', keys: ['ArrowUp', 'k'] },
  'select-next': { title: 'Next cell', group: 'Cells', keys: ['ArrowDown', 'j'] },
  'select-first': { title: 'First cell', group: 'Cells', keys: ['Home'] },
  'select-last': { title: 'Last cell', group: 'Cells', keys: ['End'] },
  'extend-up': {
    title: 'Select the cell above too',
    group: 'Cells',
    keys: ['Shift+ArrowUp', 'Shift+K'],
  },
  'extend-down': {
    title: 'Select the cell below too',
    group: 'Cells',
    keys: ['Shift+ArrowDown', 'Shift+J'],
  },
  'select-all': { title: 'Select all cells', group: 'Cells', keys: ['Ctrl+a'] },
  'select-one': { title: 'Select this cell alone', group: 'Cells', keys: ['Escape'] },
  'insert-above': { title: 'Insert a cell above', group: 'Cells', keys: ['a'], isInMenu: true },
  'insert-below': { title: 'Insert a cell below', group: 'Cells', keys: ['b'], isInMenu: true },
  cut: { title: 'Cut', group: 'Cells', keys: ['x'], isInMenu: true },
  copy: { title: 'Copy', group: 'Cells', keys: ['c'], isInMenu: true },
  'paste-below': { title: 'Paste below', group: 'Cells', keys: ['v'], isInMenu: true },
  'paste-above': { title: 'Paste above', group: 'Cells', keys: ['Shift+V'] },
  delete: { title: 'Delete', group: 'Cells', keys: ['dd'], isInMenu: true, icon: 'trash' },
  restore: { title: 'Bring deleted cells back', group: 'Cells', keys: ['z'] },
  'move-up': { title: 'Move up', group: 'Cells', keys: ['Alt+ArrowUp'], icon: 'up' },
  'move-down': { title: 'Move down', group: 'Cells', keys: ['Alt+ArrowDown'], icon: 'down' },
  'to-typescript': { title: 'Change to TypeScript', group: 'Cells', keys: ['y'] },
  'to-sql': { title: 'Change to SQL', group: 'Cells', keys: ['q'] },
  'to-markdown': { title: 'Change to Markdown', group: 'Cells', keys: ['m'] },
  'to-raw': { title: 'Change to raw text', group: 'Cells', keys: ['r'] },
  'toggle-parameters': {
    title: 'Mark as parameters, or no longer',
    group: 'Cells',
    keys: ['p'],
    isInMenu: true,
  },
  'toggle-source': {
    title: 'Hide or show the source',
    group: 'Look',
    keys: ['Shift+I'],
    isInMenu: true,
  },
  'toggle-outputs': {
    title: 'Hide or show the outputs',
    group: 'Look',
    keys: ['o'],
    isInMenu: true,
  },
  'clear-outputs': { title: 'Clear the outputs', group: 'Look', isInMenu: true },
  'clear-all-outputs': { title: 'Clear the outputs of all cells', group: 'Look' },
  'collapse-section': {
    title: 'Hide what is under this heading',
    group: 'Look',
    keys: ['ArrowLeft'],
  },
  'expand-section': {
    title: 'Show what is under this heading',
    group: 'Look',
    keys: ['ArrowRight'],
  },
  'show-outline': {
    title: 'Show or hide the outline',
    group: 'Look',
    keys: ['Shift+O'],
    icon: 'outline',
  },
  interrupt: {
    title: 'Interrupt the kernel',
    group: 'Kernel',
    keys: ['ii'],
    icon: 'stop',
    runs: true,
  },
  restart: {
    title: 'Restart the kernel',
    group: 'Kernel',
    keys: ['00'],
    icon: 'restart',
    runs: true,
  },
  'shut-down': { title: 'Shut the kernel down', group: 'Kernel', runs: true },
  find: { title: 'Find and replace', group: 'Notebook', keys: ['Ctrl+f', 'f'], icon: 'search' },
  save: { title: 'Write the notebook to the volume now', group: 'Notebook', keys: ['Ctrl+s', 's'] },
  palette: { title: 'All commands', group: 'Notebook', keys: ['Ctrl+Shift+P'], icon: 'palette' },
  help: { title: 'Keyboard shortcuts', group: 'Notebook', keys: ['h', '?'], icon: 'help' },
} as const satisfies Readonly<Record<string, CommandEntry>>

export type CommandName = keyof typeof TABLE

export interface Command extends CommandEntry {
  readonly name: CommandName
}

export const COMMANDS: readonly Command[] = Object.entries(TABLE).map(([name, entry]) => ({
  ...entry,
  name: name as CommandName,
}))

export const GROUPS: readonly CommandGroup[] = ['Run', 'Cells', 'Look', 'Kernel', 'Notebook']

export function commandOf<Name extends CommandName>(
  name: Name,
): (typeof TABLE)[Name] & { readonly name: Name } {
  return { ...TABLE[name], name }
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
    .split('+')
    .map((key) => SIGNS[key] ?? (key.length === 1 && keys.includes('+') ? key.toUpperCase() : key))
    .join(' ')
}
