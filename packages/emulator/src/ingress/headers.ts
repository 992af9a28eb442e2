/** Headers in the order and case in which they came: name, value, name, value, … */
export type RawHeaders = readonly string[]

/** Headers that are meant for the next hop alone. */
const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Pairs of name and value. */
export function pairsOf(raw: RawHeaders): [name: string, value: string][] {
  return Array.from({ length: Math.floor(raw.length / 2) }, (_, index) => [
    raw[2 * index] ?? '',
    raw[2 * index + 1] ?? '',
  ])
}

/** Never dropped, though Connection may name them: a body without its length would be read as another request. */
const KEPT: readonly string[] = ['content-length', 'host']

/** The pairs without what ends at this hop, which Connection may name too. */
export function endToEnd(raw: RawHeaders): [name: string, value: string][] {
  const pairs = pairsOf(raw)
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim())
    .filter((name) => !KEPT.includes(name))
  const dropped = new Set([...HOP_BY_HOP, ...named])
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()))
}
