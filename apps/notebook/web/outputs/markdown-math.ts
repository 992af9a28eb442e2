import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/** The element that stands for a formula until it is drawn: markdown-it prints none of this name. */
export const FORMULA_TAG = 'samp'

/**
 * Formulas in Markdown, as Jupyter writes them: `$…$` and `\(…\)` in a line, `$$…$$` and `\[…\]` on their own. What
 * looks like money is money: a formula has no space inside its signs, and no digit after them.
 */
export function markdownMath(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'formula', inlineFormula)
  markdown.block.ruler.before('fence', 'formula_block', blockFormula, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  })
  markdown.renderer.rules['formula'] = (tokens, at) => {
    const { content = '', info = '' } = tokens[at] ?? {}
    const title = info === 'display' ? ' title="display"' : ''
    return `<${FORMULA_TAG}${title}>${markdown.utils.escapeHtml(content)}</${FORMULA_TAG}>`
  }
}

const SIGNS = [
  { open: '$$', close: '$$', isDisplay: true },
  { open: '\\[', close: '\\]', isDisplay: true },
  { open: '\\(', close: '\\)', isDisplay: false },
  { open: '$', close: '$', isDisplay: false },
] as const

function inlineFormula(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  const sign = SIGNS.find(({ open }) => src.startsWith(open, pos))
  if (sign === undefined) return false
  const from = pos + sign.open.length
  const to = closingOf(src, from, posMax, sign.close)
  if (to < 0) return false
  const content = src.slice(from, to)
  if (content.trim() === '') return false
  if (sign.open === '$') {
    const isMoney = /^\s|\s$/.test(content) || /\d/.test(src[to + 1] ?? '')
    if (isMoney) return false
  }
  if (!silent) {
    const token = state.push('formula', FORMULA_TAG, 0)
    token.content = content
    token.info = sign.isDisplay ? 'display' : ''
  }
  state.pos = to + sign.close.length
  return true
}

function blockFormula(
  state: StateBlock,
  startLine: number,
  endLine: number,
  silent: boolean,
): boolean {
  const lineAt = (line: number): string =>
    state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line])
  const first = lineAt(startLine)
  const sign = SIGNS.find(({ open, isDisplay }) => isDisplay && first.startsWith(open))
  if (sign === undefined || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  const lines: string[] = []
  for (let line = startLine; line < endLine; line++) {
    // A formula does not leave the list or the quotation that it stands in.
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent) return false
    const text = line === startLine ? first.slice(sign.open.length) : lineAt(line)
    const end = closingOf(text, 0, text.length, sign.close)
    if (end < 0) {
      lines.push(text)
      continue
    }
    const content = [...lines, text.slice(0, end)].join('\n')
    if (content.trim() === '') return false
    // Words after it: it stands in a line of text.
    if (text.slice(end + sign.close.length).trim() !== '') return false
    if (silent) return true
    const token = state.push('formula', FORMULA_TAG, 0)
    token.block = true
    token.content = content
    token.info = 'display'
    token.map = [startLine, line + 1]
    state.line = line + 1
    return true
  }
  return false
}

/** Where the sign closes; one after a backslash belongs to the formula, unless it is the sign's own. */
function closingOf(text: string, from: number, most: number, close: string): number {
  for (let at = from; at <= most - close.length; at++) {
    if (text.startsWith(close, at)) return at
    if (text[at] === '\\') at++
  }
  return -1
}
