import { flushSync } from 'react-dom'
import { listOf } from './mounted-cells.ts'
import type { OpenNotebook } from './open-notebook.ts'

/** Frames and charts that are not there by then are printed as far as they are. */
const MOST_MS = 3_000
/** Nothing has changed for this long. */
const QUIET_MS = 250

/** Brings every cell into the page, waits until what they show is drawn, and opens the browser's dialog. */
export async function printNotebook(notebook: OpenNotebook): Promise<void> {
  showAll(notebook, true)
  const list = listOf(notebook)
  if (list !== null) await quiet(list)
  window.print()
}

/** The browser's own menu prints too, and waits for nothing: until the function given back is called. */
export function followPrinting(notebook: OpenNotebook): () => void {
  const before = (): void => showAll(notebook, true)
  const after = (): void => showAll(notebook, false)
  addEventListener('beforeprint', before)
  addEventListener('afterprint', after)
  return () => {
    removeEventListener('beforeprint', before)
    removeEventListener('afterprint', after)
  }
}

function showAll(notebook: OpenNotebook, isPrinted: boolean): void {
  // The browser takes the page as it is when this returns.
  flushSync(() => notebook.store.setState({ isPrinted }))
}

/** Ends when an element's content has not grown or shrunk for a while. */
async function quiet(element: HTMLElement): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      observer.disconnect()
      clearTimeout(last)
      clearTimeout(timer)
      resolve()
    }
    const last = setTimeout(end, MOST_MS)
    let timer = setTimeout(end, QUIET_MS)
    const observer = new ResizeObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(end, QUIET_MS)
    })
    observer.observe(element)
  })
}
