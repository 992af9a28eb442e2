import { memo, useMemo, type ReactElement, type ReactNode } from 'react'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { coloursOf } from './languages.ts'

/** Longer sources are shown without colours until their editor is there. */
const MOST_COLOURED = 20_000

/** A source as an editor would show it, for cells that have none yet: fifty times cheaper. */
export const SourcePreview = memo(function SourcePreview(props: {
  readonly kind: CellKind
  readonly source: string
}): ReactElement {
  const { kind, source } = props
  const pieces = useMemo(() => colour(kind, source), [kind, source])
  return <pre className="source-preview">{pieces}</pre>
})

function colour(kind: CellKind, source: string): ReactNode {
  if (source.length > MOST_COLOURED) return `${source}\n`
  const pieces: ReactNode[] = []
  let end = 0
  for (const { from, to, classes } of coloursOf(kind, source)) {
    pieces.push(
      source.slice(end, from),
      <span key={from} className={classes}>
        {source.slice(from, to)}
      </span>,
    )
    end = to
  }
  return [...pieces, source.slice(end), '\n']
}
