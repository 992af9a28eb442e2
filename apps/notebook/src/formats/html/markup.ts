/**
 * Markup that was made here: whatever comes from a notebook goes through `html`, which escapes it, and there is no
 * other way to make one.
 */
export class Markup {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  /** Of an element's name and attributes that are ours, and what is in it. Attributes that are undefined are left out. */
  static element(
    name: ElementName,
    attributes: Readonly<Record<string, string | number | undefined>> = {},
    ...children: readonly (Markup | string)[]
  ): Markup {
    const written = Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ` ${key}="${escapeHtml(String(value))}"`)
      .join('')
    const inside = children.map((each) => (typeof each === 'string' ? escapeHtml(each) : each.text))
    const end = VOID.has(name) ? '' : `${inside.join('')}</${name}>`
    return new Markup(`<${name}${written}>${end}`)
  }

  static all(parts: readonly Markup[]): Markup {
    return new Markup(parts.map(({ text }) => text).join('\n'))
  }

  /** What markdown-it has printed with markup in the source switched off. */
  static printedByMarkdownIt(text: string): Markup {
    return new Markup(text)
  }

  /** The style sheet, which is ours. */
  static style(css: string): Markup {
    return new Markup(`<style>${css}</style>`)
  }
}

type ElementName =
  | 'html'
  | 'head'
  | 'meta'
  | 'title'
  | 'body'
  | 'main'
  | 'section'
  | 'div'
  | 'p'
  | 'pre'
  | 'code'
  | 'span'
  | 'img'
  | 'iframe'
  | 'table'
  | 'caption'
  | 'thead'
  | 'tbody'
  | 'tr'
  | 'th'
  | 'td'
  | 'details'
  | 'summary'

const VOID = new Set<ElementName>(['img', 'meta'])

/** A text that is nothing but text, in an element and between the quotes of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
