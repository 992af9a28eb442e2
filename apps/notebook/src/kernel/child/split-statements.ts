/** The statements of a SQL cell: cut at `;` outside strings, quoted names and comments; empty ones are left out. */
export function splitStatements(text: string): string[] {
  const statements: string[] = []
  let start = 0
  let hasCode = false
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match
    if (token === ';') {
      if (hasCode) statements.push(text.slice(start, match.index).trim())
      start = match.index + 1
      hasCode = false
    } else if (!COMMENT_OR_SPACE.test(token)) hasCode = true
  }
  if (hasCode) statements.push(text.slice(start).trim())
  return statements
}

const COMMENT_OR_SPACE = /^(?:--|\/\/|\/\*|\s)/
// An unclosed string or comment reaches to the end, where Snowflake will say so.
const TOKEN =
  /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$\$[\s\S]*?(?:\$\$|$)|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|;|\s+|[\s\S]/g
