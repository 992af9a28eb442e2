import DOMPurify from 'dompurify'
import { useEffect, useRef, useState, type ReactElement } from 'react'

const MOST_HEIGHT = 4_000

/** The page's look, for what brings none of its own: tables above all. */
const FRAME_STYLE = `<style>
:root { color-scheme: light dark }
@media print { :root { color-scheme: light } }
html { overflow-x: auto }
body { color: light-dark(#1b222b, #e2e7ed); font: 14px/1.5 system-ui, sans-serif; padding-bottom: 2px }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 5px 24px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid light-dark(#e4e8ed, #2b323b) }
thead th { font-weight: 600; color: light-dark(#566270, #9aa5b2); white-space: nowrap }
caption { text-align: left; padding: 0 0 6px; color: light-dark(#566270, #9aa5b2) }
pre, code { font: 13px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace }
a { color: light-dark(#0a62a6, #7fc1f5) }
</style>`

/**
 * What the page tells the frame, once, with the port: what to show, and whether its scripts may run.
 * The frame answers through the port with `{ type: 'height', height }`, and with nothing else that is heeded.
 */
export interface ShowInFrame {
  readonly type: 'show'
  readonly mime: 'text/html' | 'image/svg+xml'
  readonly content: string
  readonly trusted: boolean
}

/**
 * HTML and SVG of a notebook, in a document of an origin of its own: it can reach neither this page nor the server
 * with the reader's rights. The server gives the frame its Content-Security-Policy.
 */
export function OutputFrame(props: {
  readonly mime: ShowInFrame['mime']
  readonly content: string
  readonly trusted: boolean
}): ReactElement {
  const { mime, content, trusted } = props
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(24)
  const [loads, setLoads] = useState(0)

  useEffect(() => {
    const target = frame.current?.contentWindow
    if (!target || loads === 0) return
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', (event: MessageEvent<unknown>) => {
      const said = event.data as { type?: unknown; height?: unknown } | null
      if (said?.type !== 'height' || typeof said.height !== 'number') return
      if (Number.isFinite(said.height)) setHeight(Math.min(MOST_HEIGHT, Math.max(16, said.height)))
    })
    port1.start()
    const message: ShowInFrame = {
      type: 'show',
      mime,
      content: FRAME_STYLE + (trusted ? content : withoutScripts(content)),
      trusted,
    }
    // An opaque origin has no name that could be asked for; nobody else holds this window.
    target.postMessage(message, '*', [port2])
    return () => port1.close()
  }, [loads, mime, content, trusted])

  return (
    <iframe
      // Scripts of one output must not stay for the next.
      key={`${mime}:${trusted}`}
      ref={frame}
      className="output-frame"
      title="Output"
      src={trusted ? '/output-frame?scripts=1' : '/output-frame'}
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      style={{ height }}
      onLoad={() => setLoads((count) => count + 1)}
    />
  )
}

/** The frame lets nothing run in untrusted output either; what is not there need not be stopped. */
function withoutScripts(content: string): string {
  return DOMPurify.sanitize(content, { FORBID_TAGS: ['form', 'iframe'], ADD_TAGS: ['style'] })
}
