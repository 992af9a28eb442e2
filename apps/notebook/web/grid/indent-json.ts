/**
 * JSON on lines of its own, every value exactly as it was written: parsing it would round its numbers. Undefined when the
 * text is no JSON.
 */
export function indentJson(text: string): string | undefined {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  let depth = 0
  let printed = ''
  const newLine = (): string => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(TOKEN)) {
    switch (token[0]) {
      case '{':
      case '[':
        // An empty one stays on its line.
        if (/[}\]]$/.test(token)) {
          printed += `${token[0]}${token.at(-1) ?? ''}`
        } else {
          depth++
          printed += token + newLine()
        }
        break
      case '}':
      case ']':
        depth--
        printed += newLine() + token
        break
      case ',':
        printed += `,${newLine()}`
        break
      case ':':
        printed += ': '
        break
      default:
        printed += token
    }
  }
  return printed
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/g
