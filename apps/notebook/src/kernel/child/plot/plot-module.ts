import * as Plot from '@observablehq/plot'
import type { MimeBundle } from '../../kernel.ts'
import { DISPLAY } from '../display.ts'
import { DrawnDocument, DrawnElement, SVG } from './document.ts'
import { printInside, printMarkup } from './print-markup.ts'

type PlotFunction = (options?: object) => unknown
type MarkPrototype = { plot: (this: unknown, options?: object) => unknown }

const document = new DrawnDocument()

/** Observable Plot as cells import it: it draws in a document of the kernel's, and a cell shows what it has drawn. */
export const plotModule: Readonly<Record<string, unknown>> = {
  ...Plot,
  plot: drawing(Plot.plot),
  legend: drawing(Plot.legend),
}

const marks = Plot.Mark.prototype as unknown as MarkPrototype
const plotOfMark = marks.plot
marks.plot = function plot(this: unknown, options) {
  return drawing((given) => plotOfMark.call(this, given))(options)
}

Object.defineProperties(DrawnElement.prototype, {
  [DISPLAY]: {
    value(this: DrawnElement): MimeBundle {
      const type = this.namespaceURI === SVG ? 'image/svg+xml' : 'text/html'
      return { [type]: printMarkup(this), 'text/plain': `[a plot: ${this.tagName}]` }
    },
  },
  outerHTML: {
    get(this: DrawnElement): string {
      return printMarkup(this)
    },
  },
  innerHTML: {
    get(this: DrawnElement): string {
      return printInside(this)
    },
  },
})

function drawing(draw: PlotFunction): PlotFunction {
  return (options = {}) => {
    const drawn = draw({ document, ...options })
    if (drawn instanceof DrawnElement) adapt(drawn)
    return drawn
  }
}

/** Plot fills the ground of tips and labels with white; the page around may be dark, where texts are light. */
function adapt(drawn: DrawnElement): void {
  const all = drawn.namespaceURI === SVG ? [drawn] : drawn.querySelectorAll('svg')
  for (const { style } of all) {
    if (style.getPropertyValue('--plot-background') !== '') continue
    style.setProperty('--plot-background', 'light-dark(white, #15191f)')
  }
}
