import { Canvas } from './canvas.ts'
import { compileSelector } from './selector.ts'
import { type InlineStyle, styleOf } from './inline-style.ts'

/*
 * A document that is as much of the DOM as Observable Plot and d3-selection draw with: elements, attributes, inline
 * styles, texts, and simple selectors. Nothing is laid out and nothing happens in it; it is written out as markup.
 */
export const SVG = 'http://www.w3.org/2000/svg'
export const XHTML = 'http://www.w3.org/1999/xhtml'

/** An element or a text. */
export class DrawnNode {
  readonly ownerDocument: DrawnDocument
  parentNode: DrawnElement | null = null

  constructor(ownerDocument: DrawnDocument) {
    this.ownerDocument = ownerDocument
  }

  /** Never: there is no window that would show it. */
  get isConnected(): boolean {
    return false
  }

  get nextSibling(): DrawnNode | null {
    const siblings = this.parentNode?.childNodes ?? []
    return siblings[siblings.indexOf(this) + 1] ?? null
  }

  remove(): void {
    this.parentNode?.removeChild(this)
  }

  replaceWith(...nodes: readonly (DrawnNode | string)[]): void {
    for (const node of nodes) this.parentNode?.insertBefore(this.ownerDocument.toNode(node), this)
    this.remove()
  }
}

export class DrawnText extends DrawnNode {
  readonly nodeType = 3
  textContent: string

  constructor(ownerDocument: DrawnDocument, text: string) {
    super(ownerDocument)
    this.textContent = text
  }

  cloneNode(): DrawnText {
    return new DrawnText(this.ownerDocument, this.textContent)
  }
}

export class DrawnElement extends DrawnNode {
  readonly nodeType = 1
  readonly namespaceURI: string
  readonly tagName: string
  readonly attributes = new Map<string, string>()
  readonly childNodes: DrawnNode[] = []
  #style: InlineStyle | undefined

  constructor(ownerDocument: DrawnDocument, namespaceURI: string, tagName: string) {
    super(ownerDocument)
    this.namespaceURI = namespaceURI
    this.tagName = tagName
  }

  // Attributes

  get className(): string {
    return this.getAttribute('class') ?? ''
  }

  set className(value: string) {
    this.setAttribute('class', value)
  }

  get style(): InlineStyle {
    this.#style ??= styleOf(this)
    return this.#style
  }

  set style(text: string) {
    this.setAttribute('style', text)
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name)
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value))
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name)
  }

  // d3 splits `xlink:href` into the namespace and `href`.
  setAttributeNS(namespace: string, name: string, value: unknown): void {
    this.setAttribute(qualified(namespace, name), value)
  }

  getAttributeNS(namespace: string, name: string): string | null {
    return this.getAttribute(qualified(namespace, name))
  }

  removeAttributeNS(namespace: string, name: string): void {
    this.removeAttribute(qualified(namespace, name))
  }

  // Children

  get children(): DrawnElement[] {
    return this.childNodes.filter((node) => node instanceof DrawnElement)
  }

  get firstChild(): DrawnNode | null {
    return this.childNodes[0] ?? null
  }

  get lastChild(): DrawnNode | null {
    return this.childNodes.at(-1) ?? null
  }

  get textContent(): string {
    return this.childNodes
      .map((node) =>
        node instanceof DrawnElement || node instanceof DrawnText ? node.textContent : '',
      )
      .join('')
  }

  set textContent(text: string | number | null | undefined) {
    for (const node of this.childNodes.splice(0)) node.parentNode = null
    if (text !== null && text !== undefined && text !== '') this.append(String(text))
  }

  append(...nodes: readonly (DrawnNode | string)[]): void {
    for (const node of nodes) this.insertBefore(this.ownerDocument.toNode(node), null)
  }

  appendChild<Child extends DrawnNode>(child: Child): Child {
    return this.insertBefore(child, null)
  }

  insertBefore<Child extends DrawnNode>(child: Child, before: DrawnNode | null): Child {
    child.remove()
    const at = before === null ? this.childNodes.length : this.childNodes.indexOf(before)
    if (at === -1) throw new TypeError('Cannot insert before a node of another element')
    this.childNodes.splice(at, 0, child)
    child.parentNode = this
    return child
  }

  removeChild<Child extends DrawnNode>(child: Child): Child {
    const at = this.childNodes.indexOf(child)
    if (at !== -1) this.childNodes.splice(at, 1)
    child.parentNode = null
    return child
  }

  cloneNode(isDeep = false): DrawnElement {
    const clone = this.ownerDocument.createElementNS(this.namespaceURI, this.tagName)
    for (const [name, value] of this.attributes) clone.setAttribute(name, value)
    if (!isDeep) return clone
    for (const node of this.childNodes) {
      if (node instanceof DrawnElement) clone.append(node.cloneNode(true))
      else if (node instanceof DrawnText) clone.append(node.cloneNode())
    }
    return clone
  }

  // Selectors

  querySelector(selector: string): DrawnElement | null {
    return this.querySelectorAll(selector)[0] ?? null
  }

  querySelectorAll(selector: string): DrawnElement[] {
    const matches = compileSelector(selector)
    return this.#descendants().filter((element) => matches(element))
  }

  matches(selector: string): boolean {
    return compileSelector(selector)(this)
  }

  #descendants(): DrawnElement[] {
    return this.children.flatMap((child) => [child, ...child.#descendants()])
  }

  // Nothing happens in this document, so nobody is told.
  addEventListener(): void {}
  removeEventListener(): void {}
  dispatchEvent(): boolean {
    return true
  }
}

/** What Plot takes for its `document`. */
export class DrawnDocument {
  /** Tips that follow a pointer make events of its class. */
  readonly defaultView = { Event }
  readonly documentElement: DrawnElement = new DrawnElement(this, XHTML, 'html')

  createElement(name: string): DrawnElement | Canvas {
    if (name === 'canvas') return new Canvas()
    return this.createElementNS(XHTML, name)
  }

  createElementNS(namespace: string, name: string): DrawnElement {
    return new DrawnElement(this, namespace, name)
  }

  createTextNode(text: unknown): DrawnText {
    return new DrawnText(this, String(text))
  }

  toNode(node: DrawnNode | string): DrawnNode {
    return node instanceof DrawnNode ? node : this.createTextNode(node)
  }
}

const PREFIXES: Readonly<Record<string, string>> = {
  'http://www.w3.org/1999/xlink': 'xlink',
  'http://www.w3.org/XML/1998/namespace': 'xml',
  'http://www.w3.org/2000/xmlns/': 'xmlns',
}

function qualified(namespace: string, name: string): string {
  const prefix = PREFIXES[namespace]
  return prefix === undefined || name.includes(':') ? name : `${prefix}:${name}`
}
