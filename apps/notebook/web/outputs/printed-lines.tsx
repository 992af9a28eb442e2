import {
  memo,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type RefObject,
} from 'react'
import { splitTables } from './printed-tables.ts'
import { foldPrintedLines, styleLines } from './printed-text.ts'

/** Lines that are shown of a long text at first: its start and its end. */
const FIRST_LINES = 80
const LAST_LINES = 20
const MOST_AT_ONCE = 4_000

/** Printed text with its colours, as elements and never as markup. */
export const PrintedLines = memo(function PrintedLines(props: {
  readonly text: string
  readonly className: string
}): ReactElement {
  const [isWhole, setWhole] = useState(false)
  const lines = useMemo(() => {
    const folded = foldPrintedLines(props.text)
    if (folded.at(-1) === '') folded.pop()
    return folded
  }, [props.text])
  const isLong = lines.length > FIRST_LINES + LAST_LINES + 20
  if (!isLong || isWhole) {
    const cut = lines.length - MOST_AT_ONCE
    return (
      <div className={props.className}>
        {cut > 0 && <p className="output-note">{count(cut)} lines before these are not shown.</p>}
        <StyledLines
          lines={cut > 0 ? lines.slice(cut) : lines}
          before={cut > 0 ? lines.slice(0, cut) : NONE}
        />
        {isLong && (
          <button type="button" className="text-button" onClick={() => setWhole(false)}>
            Show less
          </button>
        )}
      </div>
    )
  }
  const last = lines.length - LAST_LINES
  return (
    <div className={props.className}>
      <StyledLines lines={lines.slice(0, FIRST_LINES)} before={NONE} />
      <button type="button" className="text-button fold" onClick={() => setWhole(true)}>
        Show {count(last - FIRST_LINES)} more lines
      </button>
      <StyledLines lines={lines.slice(last)} before={lines.slice(0, last)} />
    </div>
  )
})

/** Lines of tables that are drawn with characters meet only in a terminal's narrow lines. */
const BOXES = /[\u2500-\u257f]/

const NONE: readonly string[] = []

function StyledLines(props: {
  readonly lines: readonly string[]
  readonly before: readonly string[]
}): ReactElement {
  let shown = 0
  return (
    <>
      {splitTables(props.lines).map(({ isTable, lines }) => {
        const start = shown
        shown += lines.length
        const before =
          start === 0 ? props.before : [...props.before, ...props.lines.slice(0, start)]
        // Blocks come one after the other: where one starts is its name.
        return <StyledBlock key={start} lines={lines} before={before} isTable={isTable} />
      })}
    </>
  )
}

/** A table is as wide as it is and scrolls, by keys too where it has to; all else wraps. */
function StyledBlock(props: {
  readonly lines: readonly string[]
  readonly before: readonly string[]
  readonly isTable: boolean
}): ReactElement {
  const block = useRef<HTMLPreElement>(null)
  const scrolls = useScrolls(block, props.isTable, props.lines)
  const text = props.lines.join('\n')
  const classNames = [...(BOXES.test(text) ? ['drawn'] : []), ...(props.isTable ? ['table'] : [])]
  return (
    <pre
      ref={block}
      className={classNames.join(' ') || undefined}
      tabIndex={scrolls ? 0 : undefined}
    >
      {styleLines(props.lines, props.before).map((piece, index) =>
        piece.className === '' && piece.color === undefined && piece.background === undefined ? (
          piece.text
        ) : (
          <span
            // The pieces have no other name
            key={index}
            className={piece.className}
            style={{ color: piece.color, backgroundColor: piece.background }}
          >
            {piece.text}
          </span>
        ),
      )}
    </pre>
  )
}

/** Whether a table is wider than its place, which may become narrower or wider. */
function useScrolls(
  block: RefObject<HTMLPreElement | null>,
  isTable: boolean,
  lines: readonly string[],
): boolean {
  const [scrolls, setScrolls] = useState(false)
  useLayoutEffect(() => {
    const { current } = block
    if (current === null || !isTable) return setScrolls(false)
    const look = (): void => setScrolls(current.scrollWidth > current.clientWidth)
    look()
    const observer = new ResizeObserver(look)
    observer.observe(current)
    return () => observer.disconnect()
  }, [block, isTable, lines])
  return scrolls
}

function count(lines: number): string {
  return lines.toLocaleString('en')
}
