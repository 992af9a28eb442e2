import type { ReactElement } from 'react'
import type { Conversion } from '../../src/formats/conversions.ts'

/** What became of the cells of another program, each with its place. */
export function ConversionList(props: {
  readonly conversions: readonly Conversion[]
}): ReactElement | null {
  const { conversions } = props
  if (conversions.length === 0) return null
  const words = conversions.length === 1 ? 'One cell is' : `${conversions.length} cells are`
  return (
    <details className="conversions">
      <summary>{words} not quite as in the other program</summary>
      <ul>
        {conversions.map(({ cellId, number, text }) => (
          <li key={cellId}>
            Cell {number} {text}.
          </li>
        ))}
      </ul>
    </details>
  )
}
