import { readTokens } from '../token.ts'

const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|[\s\S])/g

/** The statement with the characters for `\u00e9` and `\xe9` in its strings, which the parser does not know. */
export function expandEscapes(text: string): string {
  if (!/\\[ux]/.test(text)) return text
  let expanded = ''
  let end = 0
  for (const token of readTokens(text)) {
    if (token.kind !== 'string' || text[token.start] !== "'") continue
    const quoted = text.slice(token.start, token.end)
    expanded += text.slice(end, token.start) + quoted.replaceAll(ESCAPE, expand)
    end = token.end
  }
  return expanded + text.slice(end)
}

function expand(whole: string, unicode?: string, byte?: string): string {
  const digits = unicode ?? byte
  if (digits === undefined) return whole
  const character = String.fromCharCode(Number.parseInt(digits, 16))
  return character === "'" || character === '\\' ? `\\${character}` : character
}
