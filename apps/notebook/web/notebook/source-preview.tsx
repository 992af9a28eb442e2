import { highlightCode } from '@lezer/highlight'
import { memo, useMemo, type ReactElement, type ReactNode } from 'react'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { parserOf, sourceHighlighter } from './languages.ts'

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
  const parser = parserOf(kind)
  if (parser === undefined || source.length > MOST_COLOURED) return `${source}\n`
  const pieces: ReactNode[] = []
  highlightCode(
    source,
    parser.parse(source),
    sourceHighlighter,
    (text, classes) =>
      pieces.push(
        classes === '' ? (
          text
        ) : (
          <span key={pieces.length} className={classes}>
            {text}
          </span>
        ),
      ),
    () => pieces.push('\n'),
  )
  return [...pieces, '\n']
}
