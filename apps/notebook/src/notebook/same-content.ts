import type { Cell } from './notebook.ts'

/** Whether two cells hold the same as a user wrote it; outputs and runs do not count. */
export function hasSameContent(one: Cell, other: Cell): boolean {
  return (
    one === other ||
    (one.kind === other.kind &&
      one.source === other.source &&
      one.language === other.language &&
      one.magic === other.magic &&
      isSameJson(one.metadata, other.metadata) &&
      isSameJson(one.attachments, other.attachments) &&
      isSameJson(one.besides, other.besides))
  )
}

/** Whether two JSON values are the same, in whatever order their keys stand; absent is undefined. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const [left, right] = [one, other].map((value) =>
    Object.entries(value).filter(([, inner]) => inner !== undefined),
  )
  if (left === undefined || right?.length !== left.length) return false
  const inRight = new Map<string, unknown>(right)
  return left.every(([key, value]) => inRight.has(key) && isSameJson(value, inRight.get(key)))
}
