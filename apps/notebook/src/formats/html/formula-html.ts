import katex from 'katex'
import { FORMULA_OPTIONS, MOST_FORMULA_CHARACTERS } from '../../../web/outputs/formula-options.ts'
import { escapeHtml } from './markup.ts'

/** A formula as MathML, which browsers draw without styles, fonts or scripts; as it was written where it is none. */
export function formulaHtml(formula: string, isDisplay: boolean): string {
  try {
    if (formula.length > MOST_FORMULA_CHARACTERS) return written(formula, isDisplay)
    return katex.renderToString(formula, {
      ...FORMULA_OPTIONS,
      output: 'mathml',
      displayMode: isDisplay,
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
