import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { outputFramePolicy } from '../gate/security-headers.ts'

/**
 * The page that shows one HTML or SVG output, in an origin of its own. The page that holds it sends
 * `{ type: 'show', mime, content, trusted }` with a MessagePort, which gets `{ type: 'height', height }` back,
 * at once and whenever it changes. `?scripts=1` is the frame that runs what is in the output.
 */
const SCRIPT = `'use strict'
{
  const own = document.currentScript
  let port
  let told = -1

  const tellHeight = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height)
    if (port === undefined || height === told) return
    told = height
    port.postMessage({ type: 'height', height })
  }

  // Scripts that innerHTML has put into a page do not run: copies of them do, in order.
  const wakeScripts = () => {
    for (const dead of [...document.body.querySelectorAll('script')]) {
      const script = document.createElement('script')
      for (const { name, value } of dead.attributes) script.setAttribute(name, value)
      script.textContent = dead.textContent
      dead.replaceWith(script)
    }
  }

  window.addEventListener('message', (event) => {
    const { data } = event
    if (event.source !== window.parent || data?.type !== 'show' || event.ports.length !== 1) return
    port?.close()
    port = event.ports[0]
    told = -1
    document.body.innerHTML = String(data.content)
    if (data.trusted === true) wakeScripts()
    tellHeight()
  })
  new ResizeObserver(tellHeight).observe(document.body)
  window.addEventListener('load', tellHeight, true)
  own.remove()
}`

const FRAME = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Output</title>
<style>
html, body { margin: 0; padding: 0; background: transparent; overflow-y: hidden }
body { display: flow-root; font: 14px/1.4 system-ui, sans-serif }
img, svg { max-width: 100% }
</style>
</head>
<body><script>${SCRIPT}</script></body>
</html>
`

const ALL_SCRIPTS = outputFramePolicy("'unsafe-inline' 'unsafe-eval'")
const OWN_SCRIPT = outputFramePolicy(
  `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
)

export function outputFrameRoute(app: FastifyInstance): void {
  app.get('/output-frame', { config: { access: 'read' } }, (request, reply) => {
    const { scripts } = request.query as Readonly<Record<string, unknown>>
    return reply
      .header('content-security-policy', scripts === '1' ? ALL_SCRIPTS : OWN_SCRIPT)
      .type('text/html; charset=utf-8')
      .send(FRAME)
  })
}
