import type { Cell, Notebook } from '../notebook/notebook.ts'
import { DOCUMENT_STYLE } from './html/document-style.ts'
import { markdownHtml } from './html/markdown-html.ts'
import { Markup } from './html/markup.ts'
import { outputHtml } from './html/output-html.ts'
import { sourceHtml } from './html/source-html.ts'
import { languageName } from './language-name.ts'
import type { Steps } from './steps.ts'

/**
 * What the document may do wherever it is opened, and the frames in it: nothing is run, and nothing is loaded that it
 * does not bring along.
 */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"

/**
 * A notebook as one HTML document, without scripts and without anything from elsewhere; light or dark as its reader is.
 *
 * @param images Addresses that hold an image, by those that stand in Markdown.
 */
export function* exportHtml(
  { cells }: Notebook,
  name: string,
  images: ReadonlyMap<string, string> = new Map(),
): Steps<string> {
  const title = name.replace(/\.ipynb$/, '')
  const head = Markup.element(
    'head',
    {},
    Markup.element('meta', { charset: 'utf-8' }),
    Markup.element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    Markup.element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    Markup.element('meta', { name: 'referrer', content: 'no-referrer' }),
    Markup.element('title', {}, title),
    Markup.style(DOCUMENT_STYLE),
  )
  const sections: Markup[] = []
  for (const cell of cells.filter(hasContent)) {
    sections.push(cellHtml(cell, images))
    yield
  }
  const body = Markup.element('body', {}, Markup.element('main', {}, Markup.all(sections)))
  return `<!doctype html>\n${Markup.element('html', { lang: 'en' }, head, body).text}\n`
}

function hasContent({ source, outputs }: Cell): boolean {
  return source.trim() !== '' || outputs.length > 0
}

function cellHtml(cell: Cell, images: ReadonlyMap<string, string>): Markup {
  if (cell.kind === 'markdown') {
    return Markup.element(
      'section',
      { class: 'prose' },
      markdownHtml(cell.source, { attachments: cell.attachments ?? {}, images }),
    )
  }
  const label = cell.executionCount === null ? '' : ` [${cell.executionCount}]`
  return Markup.element(
    'section',
    {},
    Markup.element('p', { class: 'label' }, `${languageName(cell)}${label}`),
    sourceHtml(cell),
    ...cell.outputs.map(outputHtml),
  )
}
