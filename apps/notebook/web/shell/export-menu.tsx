import type { ReactElement } from 'react'
import { exportName, EXPORTS } from '../notebook/exports.ts'
import { Menu } from './menu.tsx'

/** Downloads of the open notebook. */
export function ExportMenu(props: { readonly path: string }): ReactElement {
  const { path } = props
  return (
    <Menu
      label="Export"
      icon="download"
      look="button"
      items={EXPORTS.map((each) => ({
        label: each.label,
        note: each.ending,
        address: each.addressOf(path),
        fileName: exportName(path, each),
      }))}
    />
  )
}
