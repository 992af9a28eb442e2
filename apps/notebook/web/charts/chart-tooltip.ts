import type { TooltipHandler } from 'vega'

const MOST_LINES = 20
const MOST_CHARACTERS = 300
const OFFSET = 14
const EDGE = 6

/** A box beside the pointer that names the values of a mark, as text and never as markup. */
export class ChartTooltip {
  readonly #box = document.createElement('div')

  constructor(host: HTMLElement) {
    this.#box.className = 'chart-tooltip'
    this.#box.hidden = true
    // The mark is described to readers of screens by itself.
    this.#box.setAttribute('aria-hidden', 'true')
    host.append(this.#box)
  }

  readonly show: TooltipHandler = (_handler, event, _item, value: unknown) => {
    if (value === null || value === undefined || value === '') {
      this.#box.hidden = true
      return
    }
    this.#box.replaceChildren(...printTooltip(value))
    this.#box.hidden = false
    const { offsetWidth, offsetHeight, style } = this.#box
    const { clientX, clientY } = event
    const right = clientX + OFFSET
    const left = right + offsetWidth < innerWidth - EDGE ? right : clientX - OFFSET - offsetWidth
    style.left = `${Math.max(EDGE, left)}px`
    style.top = `${Math.max(EDGE, Math.min(clientY + OFFSET, innerHeight - offsetHeight - EDGE))}px`
  }

  remove(): void {
    this.#box.remove()
  }
}

function printTooltip(value: unknown): Element[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return [line('tooltip-text', print(value))]
  }
  return Object.entries(value)
    .slice(0, MOST_LINES)
    .map(([name, member]) => {
      const row = line('tooltip-line', '')
      row.append(line('tooltip-name', name), line('tooltip-value', print(member)))
      return row
    })
}

function line(className: string, text: string): HTMLElement {
  const element = document.createElement('div')
  element.className = className
  element.textContent = text
  return element
}

function print(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
