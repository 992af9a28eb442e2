import type { ImportedCell } from './import-notebook.ts'

/** Markdown as cells: prose stays prose, code in a fence becomes a cell of its language. */
export function importMarkdown(text: string): readonly ImportedCell[] {
  return splitFences(text).flatMap((piece): readonly ImportedCell[] => {
    if (piece.fence === undefined) {
      return piece.text.trim() === '' ? [] : [{ kind: 'markdown', source: piece.text }]
    }
    const cell = maybeCell(piece.fence, piece.text)
    // A fence without a language, or of text, is part of the prose.
    return [cell ?? { kind: 'markdown', source: piece.whole }]
  })
}

export interface MarkdownPiece {
  /** Inside of a fence, or prose. */
  readonly text: string
  /** With the fence around it. */
  readonly whole: string
  /** The word after the marks of the fence; undefined for prose. */
  readonly fence: string | undefined
}

/** Prose and fences in order. A fence that is not closed reaches to the end. */
export function splitFences(text: string): readonly MarkdownPiece[] {
  const pieces: MarkdownPiece[] = []
  let prose: string[] = []
  let open: { readonly mark: string; readonly word: string; readonly lines: string[] } | undefined
  const endProse = (): void => {
    const whole = prose.join('\n')
    if (prose.length > 0) pieces.push({ text: whole, whole, fence: undefined })
    prose = []
  }
  const endFence = (lines: readonly string[], word: string, mark: string): void => {
    const inside = lines.slice(1).join('\n')
    pieces.push({ text: inside, whole: `${lines.join('\n')}\n${mark}`, fence: word })
  }
  for (const line of text.split('\n')) {
    if (open === undefined) {
      const [, mark, word = ''] = /^(`{3,}|~{3,})[ \t]*([^\s`]*)/.exec(line) ?? []
      if (mark === undefined) prose.push(line)
      else {
        endProse()
        open = { mark, word, lines: [line] }
      }
    } else if (line.trimEnd().startsWith(open.mark) && /^[`~]+\s*$/.test(line)) {
      endFence(open.lines, open.word, open.mark)
      open = undefined
    } else open.lines.push(line)
  }
  if (open !== undefined) endFence(open.lines, open.word, open.mark)
  endProse()
  return pieces
}

const TYPESCRIPT = new Set(['ts', 'typescript', 'js', 'javascript', 'mjs', 'mts'])
const PROSE = new Set(['', 'text', 'txt', 'plain', 'plaintext', 'console', 'output', 'diff'])

/** The cell of a fence by its word; undefined for text. */
export function maybeCell(fence: string, source: string): ImportedCell | undefined {
  const word = fence.toLowerCase().replace(/^\{\.?|\}$/g, '')
  if (PROSE.has(word)) return undefined
  if (TYPESCRIPT.has(word)) return { kind: 'typescript', source }
  if (word === 'sql' || word === 'snowflake') return { kind: 'sql', source }
  return { kind: 'raw', source, language: word === 'py' ? 'python' : word }
}
