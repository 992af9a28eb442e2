import DOMPurify from 'dompurify'
import markdownIt, { type RendererRule } from 'markdown-it'
import { safeUrl } from '../safe-url.ts'
import { FORMULA_TAG, markdownMath } from './markdown-math.ts'

const markdown = markdownIt({ html: false, linkify: true, typographer: false }).use(markdownMath)
// Every address is judged below, in the tree; markdown-it's own list is another one.
markdown.validateLink = () => true

/** The side of a column's cells as an attribute: styles are not let through. */
const openCell: RendererRule = (tokens, at, options, _environment, renderer) => {
  const side = /text-align:(\w+)/.exec(String(tokens[at]?.attrGet('style') ?? ''))?.[1]
  if (side !== undefined) tokens[at]?.attrSet('align', side)
  return renderer.renderToken(tokens, at, options)
}
markdown.renderer.rules['th_open'] = openCell
markdown.renderer.rules['td_open'] = openCell

/** Addresses without a scheme that start at the notebook's folder. */
const BESIDE = /^(?![a-z][a-z\d+.-]*:)[^/\\#?]/i

/** What comes out of the sanitizer; of it, only what is judged below goes into the page. */
const ALLOWED_ADDRESS = new RegExp(
  `^(?:https?:|mailto:|attachment:|data:image/)|${BESIDE.source}`,
  'i',
)

const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/]+={0,2}$/

/** An image that the notebook does not hold itself. */
export interface ImageBeside {
  readonly address: string
  readonly alt: string
  readonly title: string
  /** Stands in its place until it is there. */
  readonly words: Text
}

/** What markdown-it prints, and no more. */
const ALLOWED_TAGS =
  `${FORMULA_TAG} h1 h2 h3 h4 h5 h6 p br hr em strong s code pre blockquote ul ol li a img table thead tbody tr th td`.split(
    ' ',
  )

/**
 * Markdown as a tree that can do nothing: no scripts, no ids, names or classes that our own code could meet, links that
 * open elsewhere, images from the notebook alone. It is put in as it is, never printed and parsed once more. Formulas
 * stand in it as they are written and are drawn a moment later.
 *
 * @param attachments nbformat's attachments of the cell: name → type → base64.
 * @param onBeside Told of each image that is named by its place beside the notebook, and the words that stand for it.
 */
export function renderMarkdown(
  source: string,
  attachments: Readonly<Record<string, unknown>> = {},
  onBeside?: (image: ImageBeside) => void,
): DocumentFragment {
  const fragment = DOMPurify.sanitize(markdown.render(source), {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS,
    ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'start', 'align'],
    // The pattern of addresses below would drop them: their values are none.
    ADD_URI_SAFE_ATTR: ['start', 'align'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
    ALLOWED_URI_REGEXP: ALLOWED_ADDRESS,
  })
  for (const link of fragment.querySelectorAll('a')) {
    const address = safeUrl(link.getAttribute('href') ?? '')
    link.removeAttribute('href')
    if (address === undefined) continue
    link.href = address
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  for (const image of fragment.querySelectorAll('img')) {
    const address = image.getAttribute('src') ?? ''
    const own = address.startsWith('attachment:')
      ? attachmentAddress(attachments, address.slice('attachment:'.length))
      : address
    if (own !== undefined && IMAGE.test(own)) image.src = own
    else {
      const { alt, title } = image
      const words = document.createTextNode(`[image: ${alt || address}]`)
      image.replaceWith(words)
      if (BESIDE.test(address)) onBeside?.({ address, alt, title, words })
    }
  }
  for (const item of fragment.querySelectorAll('li')) showTask(item)
  showFormulas(fragment)
  return fragment
}

/** `- [x] done`: a box that shows how it stands. */
function showTask(item: HTMLLIElement): void {
  const text =
    item.firstElementChild?.tagName === 'P' ? item.firstElementChild.firstChild : item.firstChild
  const mark = /^\s*\[([ xX])\]\s/.exec(
    text?.nodeType === Node.TEXT_NODE ? (text.textContent ?? '') : '',
  )
  if (mark === null || text === null || text === undefined) return
  const box = document.createElement('input')
  box.type = 'checkbox'
  box.disabled = true
  box.checked = mark[1] !== ' '
  box.ariaLabel = box.checked ? 'Done' : 'Open'
  text.textContent = (text.textContent ?? '').slice(mark[0].length)
  text.parentNode?.insertBefore(box, text)
  item.className = 'task'
}

function showFormulas(fragment: DocumentFragment): void {
  const formulas = [...fragment.querySelectorAll<HTMLElement>(FORMULA_TAG)].map((written) => {
    const isDisplay = written.title === 'display'
    const element = document.createElement(isDisplay ? 'div' : 'span')
    element.className = isDisplay ? 'formula display' : 'formula'
    element.textContent = written.textContent
    written.replaceWith(element)
    return { element, formula: written.textContent, isDisplay }
  })
  if (formulas.length === 0) return
  // KaTeX and its fonts are large: only those who have formulas load them. Without it they stay as they are written.
  void import('./formulas.ts').then(
    ({ drawFormula }) => {
      for (const { element, formula, isDisplay } of formulas) {
        drawFormula(element, formula, isDisplay)
      }
      return undefined
    },
    () => undefined,
  )
}

function attachmentAddress(
  attachments: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  let wanted = name
  try {
    wanted = decodeURIComponent(name)
  } catch {
    // Not encoded: the name as it stands.
  }
  const bundle = Object.hasOwn(attachments, wanted) ? attachments[wanted] : undefined
  if (typeof bundle !== 'object' || bundle === null) return undefined
  const [type, data] = Object.entries(bundle)[0] ?? []
  return typeof data === 'string' ? `data:${type};base64,${data.replaceAll(/\s/g, '')}` : undefined
}
