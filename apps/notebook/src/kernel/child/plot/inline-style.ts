/** What holds the attribute. */
interface Styled {
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
}

/** The `style` of an element: `setProperty('max-width', …)` and `.maxWidth = …` write the same attribute. */
export interface InlineStyle {
  setProperty(name: string, value: unknown, priority?: string): void
  getPropertyValue(name: string): string
  removeProperty(name: string): void
  [property: string]: unknown
}

export function styleOf(element: Styled): InlineStyle {
  const methods = {
    setProperty(name: string, value: unknown, priority = ''): void {
      const important = priority === 'important' ? ' !important' : ''
      write(element, name, `${String(value)}${important}`)
    },
    getPropertyValue: (name: string): string => read(element).get(name) ?? '',
    removeProperty: (name: string): void => write(element, name, ''),
  }
  return new Proxy<InlineStyle>(methods, {
    get: (_, property) =>
      Reflect.get(methods, property) ?? methods.getPropertyValue(cssName(property)),
    set: (_, property, value) => {
      write(element, cssName(property), value === null ? '' : String(value))
      return true
    },
  })
}

function write(element: Styled, name: string, value: string): void {
  const properties = read(element)
  if (value === '') properties.delete(name)
  else properties.set(name, value)
  const text = [...properties].map(([property, set]) => `${property}: ${set};`).join(' ')
  if (text === '') element.removeAttribute('style')
  else element.setAttribute('style', text)
}

/** Nobody writes `;` into a value here but in quotes or brackets, such as `url("data:…;…")`. */
function read(element: Styled): Map<string, string> {
  const text = element.getAttribute('style') ?? ''
  const declarations = text.match(/(?:"[^"]*"|'[^']*'|\([^)]*\)|[^;])+/g) ?? []
  return new Map(
    declarations.flatMap((declaration): [string, string][] => {
      const colon = declaration.indexOf(':')
      if (colon === -1) return []
      return [[declaration.slice(0, colon).trim(), declaration.slice(colon + 1).trim()]]
    }),
  )
}

/** `maxWidth` → `max-width`; `--own` stays. */
function cssName(property: string | symbol): string {
  return String(property).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
