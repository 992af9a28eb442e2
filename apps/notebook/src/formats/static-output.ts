import { isObject } from '../notebook/json-shape.ts'
import type { JsonObject, JsonValue } from '../notebook/notebook.ts'
import { RESULT_MIME, type ResultBundle } from '../results/result.ts'

/** A value as a page without scripts can show it. Nothing in it is trusted. */
export type StaticOutput =
  | {
      readonly kind: 'rows'
      readonly bundle: Pick<ResultBundle, 'columns' | 'rowCount' | 'firstRows'>
    }
  | {
      readonly kind: 'image'
      /** Checked: one of ours, and base64. */
      readonly address: string
      readonly width: number | undefined
      readonly height: number | undefined
    }
  | { readonly kind: 'html' | 'markdown' | 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly mime: string; readonly value: JsonValue }
  | { readonly kind: 'none'; readonly mimes: readonly string[] }

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const

/** The representation that says most without a script: rows, then a picture, then what has to be drawn. */
export function staticOutput(data: JsonObject, metadata: JsonObject): StaticOutput {
  const bundle = maybeBundle(own(data, RESULT_MIME))
  if (bundle !== undefined) return { kind: 'rows', bundle }
  const image = maybeImage(data, metadata)
  if (image !== undefined) return image
  for (const [mime, kind] of TEXTS) {
    const text = own(data, mime)
    if (typeof text === 'string') return { kind, text }
  }
  const plain = own(data, 'text/plain')
  for (const [mime, value] of Object.entries(data)) {
    // A value's own text reads better than its JSON; a chart's specification is all there is of it.
    const isChart = mime.startsWith('application/vnd.vega')
    if (isChart || (typeof plain !== 'string' && /^application\/(?:.*\+)?json$/.test(mime))) {
      return { kind: 'json', mime, value }
    }
  }
  if (typeof plain === 'string') return { kind: 'text', text: plain }
  return { kind: 'none', mimes: Object.keys(data) }
}

const TEXTS = [
  ['text/html', 'html'],
  ['text/markdown', 'markdown'],
  ['text/latex', 'text'],
] as const

/** The `text/plain` beside other types. */
export function plainText(data: JsonObject): string | undefined {
  const plain = own(data, 'text/plain')
  return typeof plain === 'string' ? plain : undefined
}

/** The address of an image in a notebook: base64 of a type that every browser draws, or SVG, which is only drawn. */
export function imageAddress(mime: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (mime === 'image/svg+xml') {
    return `data:image/svg+xml;base64,${Buffer.from(value).toString('base64')}`
  }
  const base64 = value.replaceAll(/\s/g, '')
  const isImage = (IMAGES as readonly string[]).includes(mime)
  return isImage && /^[A-Za-z\d+/]+={0,2}$/.test(base64)
    ? `data:${mime};base64,${base64}`
    : undefined
}

function maybeImage(data: JsonObject, metadata: JsonObject): StaticOutput | undefined {
  for (const mime of [...IMAGES, 'image/svg+xml']) {
    const address = imageAddress(mime, own(data, mime))
    if (address === undefined) continue
    const size = own(metadata, mime)
    const { width, height } = isObject(size) ? size : {}
    return {
      kind: 'image',
      address,
      width: typeof width === 'number' ? width : undefined,
      height: typeof height === 'number' ? height : undefined,
    }
  }
  return undefined
}

/** A file holds whatever somebody wrote into it: a bundle of another shape is none. */
function maybeBundle(
  value: JsonValue | undefined,
): Pick<ResultBundle, 'columns' | 'rowCount' | 'firstRows'> | undefined {
  if (!isObject(value)) return undefined
  const { columns, rowCount, firstRows } = value
  const isBundle =
    Array.isArray(columns) &&
    columns.every((column) => isObject(column) && typeof column['name'] === 'string') &&
    Array.isArray(firstRows) &&
    firstRows.every(
      (row) => Array.isArray(row) && row.every((each) => each === null || typeof each === 'string'),
    ) &&
    typeof rowCount === 'number'
  return isBundle ? (value as unknown as ResultBundle) : undefined
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
