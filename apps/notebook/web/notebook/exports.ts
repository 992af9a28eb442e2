import { exportAddress, fileAddress } from '../connection/server-api.ts'
import type { CommandName } from './command-table.ts'

export interface Export {
  readonly command: CommandName
  /** Its name in a menu. */
  readonly label: string
  readonly ending: string
  readonly addressOf: (path: string) => string
}

/** What a notebook can be downloaded as. */
export const EXPORTS = [
  {
    command: 'export-typescript',
    label: 'TypeScript',
    ending: '.mts',
    addressOf: (path) => exportAddress(path, 'mts'),
  },
  {
    command: 'export-markdown',
    label: 'Markdown',
    ending: '.md',
    addressOf: (path) => exportAddress(path, 'md'),
  },
  {
    command: 'export-html',
    label: 'HTML',
    ending: '.html',
    addressOf: (path) => exportAddress(path, 'html'),
  },
  { command: 'export-notebook', label: 'Notebook', ending: '.ipynb', addressOf: fileAddress },
] as const satisfies readonly Export[]

/** Name of the downloaded file. */
export function exportName(path: string, { ending }: Export): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '') + ending
}

/** Downloads as a click on the menu's link does. */
export function download(path: string, wanted: Export): void {
  const link = document.createElement('a')
  link.href = wanted.addressOf(path)
  link.download = exportName(path, wanted)
  link.click()
}
