import { inspect } from 'node:util'
import { DISPLAY } from './display.ts'

/** Children without an element of their own. */
export const Fragment: unique symbol = Symbol('Fragment')

type Props = Readonly<Record<string, unknown>>
type Component = (props: Props) => unknown

/** An element of cells that do without React; it is displayed as HTML. */
interface Element {
  readonly type: unknown
  readonly props: Props
}

/** JSX of a cell: React's where the cell has imported one as `React`, else a small element that shows itself as HTML. */
export function createElement(type: unknown, props: Props | null, ...children: unknown[]): unknown {
  const react = (globalThis as { React?: { createElement?: unknown; Fragment?: unknown } }).React
  if (typeof react?.createElement === 'function') {
    const kind = type === Fragment ? react.Fragment : type
    return (react.createElement as (...all: unknown[]) => unknown)(kind, props, ...children)
  }
  const element: Element = { type, props: { ...props, children } }
  Object.defineProperty(element, DISPLAY, { value: () => ({ 'text/html': toHtml(element) }) })
  return element
}

function toHtml(node: unknown): string {
  if (node === null || node === undefined || typeof node === 'boolean') return ''
  if (Array.isArray(node)) return node.map(toHtml).join('')
  if (!isElement(node)) return escape(textOf(node))
  const { type, props } = node
  if (typeof type === 'function') return toHtml((type as Component)(props))
  if (type === Fragment) return toHtml(props['children'])
  const tag = String(type)
  const attributes = Object.entries(props).map(attribute).join('')
  return VOID.has(tag)
    ? `<${tag}${attributes}>`
    : `<${tag}${attributes}>${toHtml(props['children'])}</${tag}>`
}

function attribute([name, value]: [string, unknown]): string {
  if (name === 'children' || name === 'key' || typeof value === 'function') return ''
  if (value === false || value === null || value === undefined) return ''
  const key = name === 'className' ? 'class' : name === 'htmlFor' ? 'for' : name
  if (value === true) return ` ${key}`
  const text = name === 'style' && typeof value === 'object' ? style(value) : textOf(value)
  return ` ${key}="${escape(text)}"`
}

function style(rules: object): string {
  return Object.entries(rules)
    .map(
      ([name, value]) => `${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${String(value)}`,
    )
    .join(';')
}

function isElement(node: unknown): node is Element {
  return typeof node === 'object' && node !== null && 'type' in node && 'props' in node
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}
