import { DrawnElement, type DrawnNode, DrawnText, SVG } from './document.ts'

/** An element as markup that both an HTML document and a file of its own take. */
export function printMarkup(element: DrawnElement): string {
  return printElement(element, undefined)
}

/** What is inside of it alone. */
export function printInside(element: DrawnElement): string {
  return element.childNodes.map((node) => printNode(node, element)).join('')
}

function printElement(element: DrawnElement, around: string | undefined): string {
  const { tagName, namespaceURI } = element
  const attributes = new Map(element.attributes)
  if (namespaceURI === SVG && around !== SVG) {
    attributes.set('xmlns', SVG)
    attributes.set('xmlns:xlink', 'http://www.w3.org/1999/xlink')
  }
  const printed = [...attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')
  const isVoid = namespaceURI !== SVG && VOID.has(tagName)
  return isVoid
    ? `<${tagName}${printed}>`
    : `<${tagName}${printed}>${printInside(element)}</${tagName}>`
}

function printNode(node: DrawnNode, parent: DrawnElement): string {
  if (node instanceof DrawnElement) return printElement(node, parent.namespaceURI)
  if (!(node instanceof DrawnText)) return ''
  // In HTML the text of a style is no markup.
  const isRaw = parent.tagName === 'style' && parent.namespaceURI !== SVG
  return isRaw ? node.textContent.replaceAll('</', String.raw`<\/`) : escaped(node.textContent)
}

const VOID = new Set(['br', 'hr', 'img', 'input'])

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
