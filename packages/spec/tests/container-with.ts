export const IMAGE = '/db/s/r/n:t'

/** A specification of one container with these lines, which replace its own name or image. */
export function containerWith(...fields: readonly string[]): string {
  const keys = fields.map(keyOf)
  const own = ['name: a', `image: ${IMAGE}`].filter((field) => !keys.includes(keyOf(field)))
  return `spec:\n  containers:\n  - ${[...own, ...fields].join('\n    ')}\n`
}

function keyOf(field: string): string {
  return field.slice(0, field.indexOf(':'))
}
