import katex from 'katex'
// oxlint-disable-next-line import/no-unassigned-import -- its style sheet and fonts come with it
import 'katex/dist/katex.min.css'
import { FORMULA_OPTIONS, MOST_FORMULA_CHARACTERS } from './formula-options.ts'

/** Draws a formula into an element; one that cannot be drawn stays as it was written, and says why. */
export function drawFormula(element: HTMLElement, formula: string, isDisplay: boolean): void {
  try {
    if (formula.length > MOST_FORMULA_CHARACTERS) throw new Error('the formula is too long')
    katex.render(formula, element, { ...FORMULA_OPTIONS, displayMode: isDisplay })
  } catch (error) {
    const problem = (error as Error).message.replace(/^KaTeX parse error: /, '')
    element.classList.add('formula-problem')
    element.textContent = formula
    element.title = problem
    const said = document.createElement('span')
    said.className = 'for-readers'
    said.textContent = ` (not a formula: ${problem})`
    element.append(said)
  }
}
