const MOST = 60

/** A value as a message shows it: JSON where there is any, cut when long. */
export function quoteValue(value: unknown): string {
  const whole = typeof value === 'string' || isStructure(value) ? json(value) : String(value)
  return whole.length > MOST ? `${whole.slice(0, MOST)}…` : whole
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    return typeof value // a cycle or a bigint inside
  }
}
