import { highlightCode } from '@lezer/highlight'
import { parserOf, sourceHighlighter } from '../notebook/languages.ts'
import { renderMarkdown } from '../outputs/markdown.ts'

/** Documentation as elements: Markdown, its code in the colours of the editor. */
export function markdownDom(markdown: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'language-docs'
  element.append(renderMarkdown(markdown))
  for (const code of element.querySelectorAll('pre > code')) {
    code.replaceChildren(...colouredCode(code.textContent))
  }
  return element
}

/** TypeScript in the colours of the editor. */
export function colouredCode(text: string): Node[] {
  const parser = parserOf('typescript')
  if (parser === undefined) return [document.createTextNode(text)]
  const pieces: Node[] = []
  highlightCode(
    text,
    parser.parse(text),
    sourceHighlighter,
    (piece, classes) => {
      if (classes === '') return pieces.push(document.createTextNode(piece))
      const span = document.createElement('span')
      span.className = classes
      span.textContent = piece
      return pieces.push(span)
    },
    () => pieces.push(document.createTextNode('\n')),
  )
  return pieces
}
