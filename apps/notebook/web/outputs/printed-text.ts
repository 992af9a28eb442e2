import Anser from 'anser'

/** A piece of printed text in one style. */
export interface StyledText {
  readonly text: string
  readonly className: string
  readonly color: string | undefined
  readonly background: string | undefined
}

// oxlint-disable no-control-regex -- these are the characters that a terminal obeys
/** What is left in folded lines besides text. */
export const STYLE: RegExp = /\x1b\[[\d;:]*m/g
/** Every escape sequence: control strings, then CSI, then the short ones. */
const ESCAPE =
  /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[\x1b][[][\d;:<=>?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|\x1b$/g
const CONTROL = /[\x00-\x07\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f]/g

/**
 * What stays readable of a printed text: colours are kept, cursor movements and all other escape sequences go,
 * `\r` starts its line anew and `\b` steps back, as on a terminal. One entry a line.
 */
export function foldPrintedLines(text: string): string[] {
  const kept = text
    .replace(ESCAPE, (sequence) => (isStyle(sequence) ? sequence : ''))
    .replace(CONTROL, '')
  return kept.split('\n').map((line) => (/[\r\b]/.test(line) ? foldLine(line) : line))
}

/** The lines in their styles; `before` are the lines that are not shown but may have set one. */
export function styleLines(lines: readonly string[], before: readonly string[]): StyledText[] {
  const open = before.join('').match(STYLE)?.join('') ?? ''
  return Anser.ansiToJson(open + lines.join('\n'), {
    json: true,
    use_classes: true,
    remove_empty: true,
  })
    .filter((entry) => entry.content !== '')
    .map((entry) => ({
      text: entry.content,
      className: [
        ...entry.decorations.map((decoration) => `ansi-${decoration}`),
        ...namedColor(entry.fg, 'fg'),
        ...namedColor(entry.bg, 'bg'),
      ].join(' '),
      color: numberedColor(entry.fg, entry.fg_truecolor),
      background: numberedColor(entry.bg, entry.bg_truecolor),
    }))
}

function isStyle(sequence: string): boolean {
  return sequence.startsWith('\x1b[') && sequence.endsWith('m') && !/[<=>?]/.test(sequence)
}

/** Writes the line's characters over each other, each in the style that it was printed in. */
function foldLine(line: string): string {
  const cells: { readonly text: string; readonly style: string }[] = []
  let column = 0
  // Empty: as the lines before have left it.
  let style = ''
  for (const [piece] of line.matchAll(/\x1b\[[\d;:]*m|[\s\S]/gu)) {
    if (piece.length > 1 && piece.startsWith('\x1b')) style = isReset(piece) ? RESET : style + piece
    else if (piece === '\r') column = 0
    else if (piece === '\b') column = Math.max(0, column - 1)
    else cells[column++] = { text: piece, style }
  }
  let printed = ''
  let last = ''
  for (const cell of [...cells, { text: '', style }]) {
    if (cell.style !== last) printed += (cell.style.startsWith(RESET) ? '' : RESET) + cell.style
    last = cell.style
    printed += cell.text
  }
  return printed
}

const RESET = '\x1b[0m'

function isReset(sequence: string): boolean {
  return sequence === RESET || sequence === '\x1b[m'
}

function namedColor(color: string | null, side: 'fg' | 'bg'): string[] {
  if (!color || !/^ansi-(bright-)?[a-z]+$/.test(color) || color === 'ansi-truecolor') return []
  return [`${color}-${side}`]
}

function numberedColor(color: string | null, trueColor: string | null): string | undefined {
  if (!color) return undefined
  if (color === 'ansi-truecolor') return trueColor ? `rgb(${trueColor})` : undefined
  const index = Number(/^ansi-palette-(\d+)$/.exec(color)?.[1] ?? -1)
  if (index >= 232) {
    const level = 8 + (index - 232) * 10
    return `rgb(${level}, ${level}, ${level})`
  }
  if (index < 16) return undefined
  const levels = [0, 95, 135, 175, 215, 255]
  const at = index - 16
  const parts = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((part) => levels[part])
  return `rgb(${parts.join(', ')})`
}
