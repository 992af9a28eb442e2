import type { IconName } from '../icons.tsx'

/** Where a command stands in the palette and in the help. */
export type CommandGroup = 'Run' | 'Cells' | 'Look' | 'Kernel' | 'Notebook' | 'Language'

export interface CommandEntry {
  /** What it does, as the palette says it. */
  readonly title: string
  readonly group: CommandGroup
  /** Keys while a cell, and not its editor, has the focus; two letters are pressed one after the other. */
  readonly keys?: readonly string[]
  /** Keys in the editor of a cell. */
  readonly editorKeys?: readonly string[]
  /** Keys with Ctrl mean the same wherever the focus is. */
  readonly isAnywhere?: boolean
  /** A key that the browser makes an event of its own of. */
  readonly browserKey?: string
  /** Stands in the menu of a cell. */
  readonly isInMenu?: boolean
  readonly icon?: IconName
  /** Needs the right to run. */
  readonly runs?: boolean
}

/**
 * Everything that a reader can have done to a notebook. Keys, palette, menus and help are made from this table alone.
 * The keys on cells are those of Jupyter's command mode; `q` is ours, for SQL.
 */
export const COMMAND_TABLE = {
  'run-and-advance': {
    title: 'Run and go on to the next cell',
    group: 'Run',
    keys: ['Shift+Enter'],
    editorKeys: ['Shift+Enter'],
    runs: true,
  },
  run: {
    title: 'Run the selected cells',
    group: 'Run',
    keys: ['Ctrl+Enter'],
    editorKeys: ['Ctrl+Enter'],
    icon: 'play',
    runs: true,
  },
  'run-and-insert': {
    title: 'Run and insert a cell below',
    group: 'Run',
    keys: ['Alt+Enter'],
    editorKeys: ['Alt+Enter'],
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
  cut: { title: 'Cut', group: 'Cells', keys: ['x'], browserKey: 'Ctrl+x', isInMenu: true },
  copy: { title: 'Copy', group: 'Cells', keys: ['c'], browserKey: 'Ctrl+c', isInMenu: true },
  'paste-below': {
    title: 'Paste below',
    group: 'Cells',
    keys: ['v'],
    browserKey: 'Ctrl+v',
    isInMenu: true,
  },
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
  find: {
    title: 'Find and replace',
    group: 'Notebook',
    keys: ['Ctrl+f', 'f'],
    isAnywhere: true,
    icon: 'search',
  },
  save: {
    title: 'Write the notebook to the volume now',
    group: 'Notebook',
    keys: ['Ctrl+s', 's'],
    editorKeys: ['Ctrl+s'],
    isAnywhere: true,
  },
  palette: {
    title: 'All commands',
    group: 'Notebook',
    keys: ['Ctrl+Shift+P'],
    isAnywhere: true,
    icon: 'palette',
  },
  help: { title: 'Keyboard shortcuts', group: 'Notebook', keys: ['h', '?'], icon: 'help' },
  print: { title: 'Print', group: 'Notebook', keys: ['Ctrl+p'], isAnywhere: true },
  'export-typescript': { title: 'Download as TypeScript', group: 'Notebook' },
  'export-markdown': { title: 'Download as Markdown', group: 'Notebook' },
  'export-html': { title: 'Download as HTML', group: 'Notebook' },
  'export-notebook': { title: 'Download as a notebook', group: 'Notebook' },
  'show-type': {
    title: 'Type and documentation of a name',
    group: 'Language',
    editorKeys: ['Ctrl+k Ctrl+i'],
  },
  'show-arguments': {
    title: 'Arguments of the call',
    group: 'Language',
    editorKeys: ['Ctrl+Shift+Space'],
  },
  'next-problem': { title: 'Next problem', group: 'Language', editorKeys: ['F8'] },
  'previous-problem': { title: 'Previous problem', group: 'Language', editorKeys: ['Shift+F8'] },
  'go-to-definition': {
    title: 'Go to the definition of a name',
    group: 'Language',
    editorKeys: ['F12'],
  },
  'rename-name': { title: 'Rename in all cells', group: 'Language', editorKeys: ['F2'] },
} as const satisfies Readonly<Record<string, CommandEntry>>

export type CommandName = keyof typeof COMMAND_TABLE

interface KeyEntry {
  readonly title: string
  readonly keys: readonly string[]
}

/** What the editor brings along: named here for the help. */
export const EDITOR_TABLE = {
  leave: { title: 'Leave the editor; Tab then moves the focus again', keys: ['Escape'] },
  complete: { title: 'Complete', keys: ['Ctrl+Space'] },
  find: { title: 'Find in this cell', keys: ['Ctrl+f'] },
  undo: { title: 'Undo your own typing', keys: ['Ctrl+z'] },
  comment: { title: 'Make a comment, or text again', keys: ['Ctrl+/'] },
} as const satisfies Readonly<Record<string, KeyEntry>>

/** Keys in a table of rows: a name of a column has other ones than a value. */
export const GRID_TABLE = {
  move: {
    title: 'Go to another value; Shift selects up to there',
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  },
  'move-page': {
    title: 'Go a page up or down',
    keys: ['PageUp', 'PageDown'],
  },
  'move-far': {
    title: 'Go to the first or last of a row; with Ctrl, of all rows',
    keys: ['Home', 'End'],
  },
  'move-edge': {
    title: 'Go to the edge',
    keys: ['Ctrl+ArrowLeft', 'Ctrl+ArrowRight', 'Ctrl+ArrowUp', 'Ctrl+ArrowDown'],
  },
  'select-all': { title: 'Select all values', keys: ['Ctrl+a'] },
  copy: { title: 'Copy what is selected', keys: ['Ctrl+c'] },
  'show-value': { title: 'On a value: show all of it', keys: ['Enter'], on: 'value' },
  sort: { title: 'On a name: sort by it', keys: ['Enter'], on: 'name' },
  'sort-too': { title: 'On a name: sort by it too', keys: ['Shift+Enter'], on: 'name' },
  'column-menu': { title: 'Filter and statistics of the column', keys: ['Alt+ArrowDown'] },
  'narrow-column': { title: 'Make the column narrower', keys: ['Alt+ArrowLeft'] },
  'widen-column': { title: 'Make the column wider', keys: ['Alt+ArrowRight'] },
  leave: { title: 'Back to the cell', keys: ['Escape'] },
} as const satisfies Readonly<Record<string, KeyEntry & { readonly on?: 'value' | 'name' }>>
