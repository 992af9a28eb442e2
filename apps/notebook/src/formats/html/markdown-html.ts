import markdownIt from 'markdown-it'
import { markdownMath } from '../../../web/outputs/markdown-math.ts'
import { safeUrl } from '../../../web/safe-url.ts'
import type { JsonObject } from '../../notebook/notebook.ts'
import { attachmentAddress } from '../export-markdown.ts'
import { formulaHtml } from './formula-html.ts'
import { escapeHtml, Markup } from './markup.ts'

const markdown = markdownIt({ html: false, linkify: true, typographer: false }).use(markdownMath)
// Every address is judged below; markdown-it's own list is another one.
markdown.validateLink = () => true

const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/]+={0,2}$/

markdown.renderer.rules.link_open = (tokens, at) => {
  const address = safeUrl(String(tokens[at]?.attrGet('href') ?? ''))
  if (address === undefined) return '<a>'
  return `<a href="${escapeHtml(address)}" rel="noopener noreferrer">`
}

markdown.renderer.rules.image = (tokens, at, _options, environment) => {
  const { attachments, images } = environment as unknown as MarkdownImages
  const token = tokens[at]
  const address = String(token?.attrGet('src') ?? '')
  const own = address.startsWith('attachment:')
    ? attachmentAddress(attachments, address.slice('attachment:'.length))
    : (images.get(address) ?? address)
  const alt = escapeHtml(token?.content ?? '')
  if (own !== undefined && IMAGE.test(own)) return `<img src="${escapeHtml(own)}" alt="${alt}">`
  // An image of another server would tell it who reads.
  return `[image: ${alt === '' ? escapeHtml(address) : alt}]`
}

/** `- [x] done` has a box that shows how it stands, as on the page. */
markdown.core.ruler.push('task', ({ tokens }) => {
  for (const [at, { type, children }] of tokens.entries()) {
    const text = children?.[0]
    if (type !== 'inline' || text?.type !== 'text') continue
    if (tokens[at - 2]?.type !== 'list_item_open') continue
    text.content = text.content.replace(/^\[([ xX])\]\s/, (_, mark) => (mark === ' ' ? '☐ ' : '☑ '))
  }
})

markdown.renderer.rules['formula'] = (tokens, at) => {
  const { content = '', info = '' } = tokens[at] ?? {}
  return formulaHtml(content, info === 'display')
}

/** Where the images of a Markdown text come from. */
export interface MarkdownImages {
  /** Of its cell. */
  readonly attachments: JsonObject
  /** Addresses that hold an image, by those that stand in the text. */
  readonly images: ReadonlyMap<string, string>
}

/** Markdown that can do nothing: no markup of its own, links that lead to the web, images from the notebook alone. */
export function markdownHtml(
  source: string,
  { attachments = {}, images = new Map() }: Partial<MarkdownImages> = {},
): Markup {
  return Markup.printedByMarkdownIt(markdown.render(source, { attachments, images }))
}

/** The addresses of the images in a Markdown text. */
export function imageAddresses(source: string): readonly string[] {
  const tokens = markdown.parse(source, {}).flatMap(({ children }) => children ?? [])
  const images = tokens.filter(({ type }) => type === 'image')
  return images.map((image) => String(image.attrGet('src') ?? ''))
}
