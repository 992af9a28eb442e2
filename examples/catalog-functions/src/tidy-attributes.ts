/** Attributes as a supplier types them: `{ " Net Weight": "12 kg", "Colour ": " red", "Note": "" }`. */
type Attributes = Readonly<Record<string, unknown>>

/**
 * The same attributes to search by: `{ net_weight: { value: 12, unit: 'kg' }, colour: 'red' }`. Names are in lower case,
 * texts have no space around them, quantities are taken apart, and what is empty is left out.
 */
export function tidyAttributes(attributes: Attributes): Attributes {
  const tidied = Object.entries(attributes).map(([name, value]) => [tidyName(name), tidy(value)])
  return Object.fromEntries(tidied.filter(([, value]) => value !== undefined && value !== null))
}

function tidyName(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, '_')
}

function tidy(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  const [, number, unit] = /^(-?\d+(?:\.\d+)?) ?([a-zµ°%]{1,4})$/i.exec(text) ?? []
  if (number !== undefined && unit !== undefined) return { value: Number(number), unit }
  return text === '' ? undefined : text
}
