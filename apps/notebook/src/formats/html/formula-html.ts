import katex from 'katex'
import { escapeHtml } from './markup.ts'

const MOST_CHARACTERS = 20_000

/** A formula as MathML, which browsers draw without styles, fonts or scripts; as it was written where it is none. */
export function formulaHtml(formula: string, isDisplay: boolean): string {
  try {
    if (formula.length > MOST_CHARACTERS) return written(formula, isDisplay)
    return katex.renderToString(formula, {
      output: 'mathml',
      displayMode: isDisplay,
      throwOnError: true,
      // Neither links nor images nor classes of its own: a formula only looks like something.
      trust: false,
      strict: 'ignore',
      maxSize: 50,
      maxExpand: 1_000,
    })
  } catch (error) {
    if (error instanceof katex.ParseError) return written(formula, isDisplay)
    throw error
  }
}

function written(formula: string, isDisplay: boolean): string {
  const sign = isDisplay ? '$$' : '$'
  return `<code>${escapeHtml(sign + formula + sign)}</code>`
}
