import { useMemo, useState, type ReactElement } from 'react'
import { conversionsOf } from '../../src/formats/conversions.ts'
import { ConversionList } from '../files/conversion-list.tsx'
import { IconButton } from '../icons.tsx'
import { useNotebook, useOpenNotebook } from './notebook-context.ts'

/** Says once, when a notebook of another program is opened, what is other here; it is not in the way. */
export function ConversionNote(): ReactElement | null {
  const notebook = useOpenNotebook()
  const isLoaded = useNotebook(({ state }) => state !== null)
  const [isPutAway, setPutAway] = useState(false)
  // As it was opened: what is written later is written here.
  const conversions = useMemo(() => {
    const { state } = notebook.store.getState()
    return isLoaded && state !== null ? conversionsOf(state.notebook) : []
  }, [notebook, isLoaded])
  if (isPutAway || conversions.length === 0) return null
  return (
    <div className="banner conversion-note" role="status">
      <ConversionList conversions={conversions} />
      <IconButton icon="close" label="Put this note away" onClick={() => setPutAway(true)} />
    </div>
  )
}
