import type { Page } from 'playwright-core'

/**
 * Has the page keep as `taken` the milliseconds from the first message of a socket that holds `text` until what
 * `selector` names is painted. Before the page is opened.
 */
export async function stopwatch(shown: Page, text: string, selector: string): Promise<void> {
  await shown.addInitScript(
    // Nothing in here has a name of its own: the loader would mark it with a function that the page lacks.
    ([mark, wanted]) => {
      globalThis.WebSocket = class extends WebSocket {
        constructor(address: string | URL) {
          super(address)
          this.addEventListener('message', ({ data, timeStamp }) => {
            if (typeof data !== 'string' || !data.includes(mark)) return
            new MutationObserver((_, observer) => {
              if (document.querySelector(wanted) === null) return
              observer.disconnect()
              requestAnimationFrame(() => {
                // A message comes after the paint of the frame.
                const { port1, port2 } = new MessageChannel()
                port1.addEventListener('message', () =>
                  Object.assign(globalThis, { taken: performance.now() - timeStamp }),
                )
                port1.start()
                port2.postMessage(null)
              })
            }).observe(document, { childList: true, subtree: true })
          })
        }
      }
    },
    [text, selector] as const,
  )
}

/** Scrolls a grid so that a row is at its top; milliseconds until this row is painted with its values. */
export async function timeToRow(shown: Page, selector: string, row: number): Promise<number> {
  return await shown.evaluate(
    async ([wanted, at]) => {
      const list = document.querySelector<HTMLElement>(wanted)
      if (list === null) throw new Error(`no ${wanted}`)
      const rows = Number(list.getAttribute('aria-rowcount'))
      const started = performance.now()
      list.scrollTop = (at / rows) * (list.scrollHeight - list.clientHeight)
      for (;;) {
        await new Promise(requestAnimationFrame)
        const middle = [...list.querySelectorAll('[role=row][aria-rowindex]')].filter(
          (each) => Math.abs(Number(each.getAttribute('aria-rowindex')) - at) < rows / 100,
        )
        if (middle.length > 0 && middle.every((each) => !each.hasAttribute('aria-busy'))) break
        if (performance.now() - started > 30_000) throw new Error('the rows never came')
      }
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => resolve())
        port1.start()
        port2.postMessage(null)
      })
      return performance.now() - started
    },
    [selector, row] as const,
  )
}

/** Frames a second while an element is scrolled down by so much in each of them. */
export async function framesPerSecond(
  shown: Page,
  selector: string,
  step: number,
  seconds: number,
): Promise<number> {
  return await shown.evaluate(
    async ([wanted, by, length]) => {
      const list = document.querySelector(wanted)
      if (list === null) throw new Error(`no ${wanted}`)
      list.scrollTop = 0
      await new Promise(requestAnimationFrame)
      const started = await new Promise<number>(requestAnimationFrame)
      let now = started
      let frames = 0
      while (now - started < length * 1000) {
        list.scrollTop += by
        now = await new Promise<number>(requestAnimationFrame)
        frames += 1
      }
      if (list.scrollTop < (frames * by) / 2) throw new Error(`${wanted} did not scroll`)
      return (frames * 1000) / (now - started)
    },
    [selector, step, seconds] as const,
  )
}
