/** How texts of the grid look. */
export type TextLook = 'cell' | 'name' | 'type'

/** Pixels that a text takes. */
export type MeasureText = (text: string, look: TextLook) => number

/** As `styles/grid.css` has them. */
const FONTS: Readonly<Record<TextLook, (family: string, mono: string) => string>> = {
  cell: (family) => `13px ${family}`,
  name: (family) => `600 13px ${family}`,
  type: (_family, mono) => `10.5px ${mono}`,
}

let context: CanvasRenderingContext2D | null | undefined

/** Measures by the page's own fonts. */
export const measureText: MeasureText = (text, look) => {
  context ??= document.createElement('canvas').getContext('2d')
  const style = getComputedStyle(document.body)
  if (context === null) return text.length * 8
  context.font = FONTS[look](style.fontFamily, style.getPropertyValue('--mono'))
  // Digits are tabular there: each is as wide as a zero.
  return context.measureText(text.replaceAll(/\d/g, '0')).width
}
