import { NotebookError } from './errors.ts'
import type { JsonObject, JsonValue } from './notebook.ts'

/*
 * A file's JSON, read without trusting its shape. Whatever is not as it must be is named by its place:
 * `cells[3].outputs[0].text is neither text nor a list of lines`.
 */

/** A notebook may nest its metadata deeply, but not so deep that reading it ends the program. */
const MOST_DEPTH = 500

/** @throws {NotebookError} `NOTEBOOK_INVALID` with the line where the text stops to be JSON. */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (error) {
    throw new NotebookError('NOTEBOOK_INVALID', `Cannot read notebook: ${whyNoJson(json, error)}`, {
      hint: 'Repair the file or take it away; it is left as it is',
      cause: error,
    })
  }
  if (depthOf(parsed) > MOST_DEPTH) throw invalid('the file', `nests deeper than ${MOST_DEPTH}`)
  return parsed
}

function whyNoJson(json: string, error: unknown): string {
  if (json.trim() === '') return 'it is no JSON: it is empty'
  const conflict = /^(?:<{7}|={7}|>{7})(?: |$)/m.exec(json)
  if (conflict !== null) {
    return `it holds the marks of a merge conflict: "${conflict[0].trim()}" at ${placeIn(json, conflict.index)}`
  }
  const { message } = error as Error
  const [what = ''] = message.split(/ in JSON at position| at position|, (?:"|\.\.\.)/)
  const position = positionIn(message) ?? maybePosition(json)
  return `it is no JSON: ${what}${position === undefined ? '' : ` at ${placeIn(json, position)}`}`
}

function positionIn(message: string): number | undefined {
  const position = /at position (\d+)/.exec(message)?.[1]
  return position === undefined ? undefined : Number(position)
}

/** Beyond it a broken file costs more time than its position is worth. */
const MOST_SEARCHED = 5_000_000

/** Where a text stops to be JSON, for engines that do not always tell: the longest beginning that could go on. */
function maybePosition(json: string): number | undefined {
  if (json.length > MOST_SEARCHED) return undefined
  let [good, bad] = [0, json.length + 1]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (couldGoOn(json.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function couldGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning)
    return true
  } catch (error) {
    const { message } = error as Error
    if (/end of JSON|^Unterminated string/.test(message)) return true
    return (positionIn(message) ?? -1) >= beginning.length
  }
}

function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}

/** How deep a value nests, without recursion. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value]
  let depth = 0
  while (level.length > 0 && depth <= MOST_DEPTH) {
    const next: unknown[] = []
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue
      for (const inner of Object.values(each)) next.push(inner)
    }
    level = next
    depth++
  }
  return depth
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value if it is an object, else an empty one. */
export function objectOr(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

export function objectAt(value: unknown, place: string): JsonObject {
  if (isObject(value)) return value
  throw invalid(place, 'is no object')
}

export function optionalObjectAt(value: unknown, place: string): JsonObject {
  return value === undefined || value === null ? {} : objectAt(value, place)
}

export function arrayAt(value: unknown, place: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value
  throw invalid(place, 'is no list')
}

export function textAt(value: unknown, place: string): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('')
  throw invalid(place, 'is neither text nor a list of lines')
}

export function countAt(value: unknown, place: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return value
  throw invalid(place, 'is no number')
}

export function invalid(place: string, what: string): NotebookError {
  return new NotebookError('NOTEBOOK_INVALID', `Cannot read notebook: ${place} ${what}`, {
    hint: 'Repair the file or take it away; it is left as it is',
  })
}
