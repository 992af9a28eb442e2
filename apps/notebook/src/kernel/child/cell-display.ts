import { isMimeBundle, markAsShown, print, toMimeBundle } from './display.ts'
import type { Outbox } from './outbox.ts'
import { tableBundle } from './results/table-bundle.ts'

/** How something is displayed. */
export interface DisplayOptions {
  readonly id?: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** What `display()` gives: the same place, to show something else in. */
export interface DisplayHandle {
  readonly id: string
  update(value: unknown): void
}

export type Show = (value: unknown, options?: DisplayOptions) => DisplayHandle

/** The `display` of cells. */
export interface Display extends Show {
  html: (text: string, options?: DisplayOptions) => DisplayHandle
  markdown: (text: string, options?: DisplayOptions) => DisplayHandle
  svg: (text: string, options?: DisplayOptions) => DisplayHandle
  json: (value: unknown, options?: DisplayOptions) => DisplayHandle
  png: (image: Uint8Array | string, options?: DisplayOptions) => DisplayHandle
  /** Objects as a grid, one a row; its columns are all their keys. */
  table: (rows: readonly object[], options?: DisplayOptions) => DisplayHandle
  /** A chart of a Vega-Lite specification. */
  vegaLite: (specification: object, options?: DisplayOptions) => DisplayHandle
  update: (id: string, value: unknown, options?: DisplayOptions) => void
  clear: (options?: { readonly wait?: boolean }) => void
}

export const VEGA_LITE_MIME = 'application/vnd.vegalite.v6+json'

/**
 * Makes the `display` of cells.
 *
 * @param resultsDirectory Where the rows of tables go; asked at every use.
 * @param endAfter Has the cell wait for what is shown later.
 */
export function createDisplay(
  outbox: Outbox,
  resultsDirectory: () => string | undefined,
  endAfter: (shown: Promise<unknown>) => void,
): Display {
  let nextId = 1

  const send = (value: unknown, options: DisplayOptions, update: boolean): void => {
    const post = (data: Readonly<Record<string, unknown>>): void => {
      outbox.send({
        type: 'display',
        data,
        metadata: options.metadata ?? {},
        displayId: options.id,
        update,
      })
    }
    const bundle = isMimeBundle(value) ? value : toMimeBundle(value)
    if (bundle instanceof Promise) endAfter(bundle.then(post))
    else post(bundle)
  }

  const show: Show = (value, options = {}) => {
    const id = options.id ?? `display-${nextId++}`
    send(value, { ...options, id }, false)
    return markAsShown({ id, update: (next) => send(next, { ...options, id }, true) })
  }

  return Object.assign(show, {
    html: (text: string, options?: DisplayOptions) => show({ 'text/html': text }, options),
    markdown: (text: string, options?: DisplayOptions) => show({ 'text/markdown': text }, options),
    svg: (text: string, options?: DisplayOptions) => show({ 'image/svg+xml': text }, options),
    json: (value: unknown, options?: DisplayOptions) =>
      show({ 'application/json': value, 'text/plain': print(value) }, options),
    png: (image: Uint8Array | string, options?: DisplayOptions) => {
      const data = typeof image === 'string' ? image : Buffer.from(image).toString('base64')
      return show({ 'image/png': data }, options)
    },
    table: (rows: readonly object[], options?: DisplayOptions) =>
      show(tableBundle(rows, resultsDirectory()), options),
    vegaLite: (specification: object, options?: DisplayOptions) =>
      show(vegaLiteBundle(specification), options),
    update: (id: string, value: unknown, options: DisplayOptions = {}) => {
      send(value, { ...options, id }, true)
    },
    clear: ({ wait = false }: { readonly wait?: boolean } = {}) => {
      outbox.send({ type: 'cleared', wait })
    },
  })
}

export function vegaLiteBundle(specification: object): Readonly<Record<string, unknown>> {
  return { [VEGA_LITE_MIME]: specification, 'text/plain': '[a Vega-Lite chart]' }
}
