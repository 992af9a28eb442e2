import katex from 'katex'
import { escapeHtml } from './markup.ts'

const MOST_CHARACTERS = 20_000

/** A formula as MathML, which needs no scripts, styles or fonts; one that is none stays as it was written, and says why. */
export function formulaHtml(formula: string, isDisplay: boolean): string {
  try {
    if (formula.length > MOST_CHARACTERS) throw new Error('the formula is too long')
    return katex.renderToString(formula, {
      output: 'mathml',
      displayMode: isDisplay,
      throwOnError: true,
      // Neither links nor images nor classes of its own.
      trust: false,
      strict: 'ignore',
      maxSize: 50,
      maxExpand: 1_000,
    })
  } catch (error) {
    const problem = (error as Error).message.replace(/^KaTeX parse error: /, '')
    return `<code title="${escapeHtml(problem)}">${escapeHtml(formula)}</code>`
  }
}
