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
  const { attachments } = environment as { readonly attachments: JsonObject }
  const token = tokens[at]
  const address = String(token?.attrGet('src') ?? '')
  const own = address.startsWith('attachment:')
    ? attachmentAddress(attachments, address.slice('attachment:'.length))
    : address
  const alt = escapeHtml(token?.content ?? '')
  if (own !== undefined && IMAGE.test(own)) return `<img src="${escapeHtml(own)}" alt="${alt}">`
  // An image of another server would tell it who reads.
  return `[image: ${alt === '' ? escapeHtml(address) : alt}]`
}

markdown.renderer.rules['formula'] = (tokens, at) => {
  const { content = '', info = '' } = tokens[at] ?? {}
  return formulaHtml(content, info === 'display')
}

/** Markdown that can do nothing: no markup of its own, links that lead to the web, images from the notebook alone, formulas as MathML. */
export function markdownHtml(source: string, attachments: JsonObject = {}): Markup {
  return Markup.printedByMarkdownIt(markdown.render(source, { attachments }))
}
