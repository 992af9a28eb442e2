import type { Display } from './cell-display.ts'

/** A bar that moves in place. */
export interface Progress {
  advance(by?: number): void
  set(done: number): void
  finish(): void
}

const REDRAW_MS = 100
const WIDTH = 30

/** `progress(total)` gives a bar to move; `progress(items)` the items, with a bar that moves as they are taken. */
export function createProgress(display: Display) {
  return function progress<T>(what: number | Iterable<T>, label = ''): Progress | Iterable<T> {
    if (typeof what === 'number') return bar(display, what, label)
    const items = Array.isArray(what) ? (what as T[]) : [...what]
    return counted(items, bar(display, items.length, label))
  }
}

function* counted<T>(items: readonly T[], shown: Progress): Generator<T> {
  for (const item of items) {
    yield item
    shown.advance()
  }
  shown.finish()
}

function bar(display: Display, total: number, label: string): Progress {
  let done = 0
  let drawnAt = Date.now()
  const handle = display(draw(done, total, label))
  const redraw = (): void => {
    if (done < total && Date.now() - drawnAt < REDRAW_MS) return
    drawnAt = Date.now()
    handle?.update(draw(done, total, label))
  }
  const set = (value: number): void => {
    done = Math.max(0, Math.min(total, value))
    redraw()
  }
  return { set, advance: (by = 1) => set(done + by), finish: () => set(total) }
}

function draw(done: number, total: number, label: string): Record<string, string> {
  const share = total > 0 ? done / total : 1
  const full = Math.round(share * WIDTH)
  const count = `${done}/${total} ${Math.floor(share * 100)}%`
  const text = label === '' ? '' : `${label} `
  const safe = text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)
  return {
    'text/plain': `${text}[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${count}`,
    'text/html': `${safe}<progress value="${done}" max="${total}"></progress> ${count}`,
  }
}
