import { parseSync } from 'oxc-parser'

/**
 * A statement of a SQL cell as a template of TypeScript: `${…}` stays the value that it is, everything else stands for
 * itself. In quotes and comments of SQL `${` is text.
 */
export function printSqlTemplate(statement: string): string {
  let template = ''
  let at = 0
  while (at < statement.length) {
    TOKEN.lastIndex = at
    const [token = ''] = TOKEN.exec(statement) ?? []
    const value = token === '${' ? maybeExpression(statement, at + 2) : undefined
    if (value === undefined) template += escaped(token)
    else template += `\${${value}}`
    at += value === undefined ? token.length : value.length + 3
  }
  return `\`${template}\``
}

// What is not closed reaches to the end.
const TOKEN =
  /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$\$[\s\S]*?(?:\$\$|$)|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$\{|[\s\S]/y

/** The TypeScript from here to the `}` that ends it. */
function maybeExpression(statement: string, start: number): string | undefined {
  for (let end = statement.indexOf('}', start); end >= 0; end = statement.indexOf('}', end + 1)) {
    const expression = statement.slice(start, end)
    const { errors } = parseSync('value.ts', `(\n${expression}\n)`, { sourceType: 'module' })
    if (errors.length === 0 && expression.trim() !== '') return expression
  }
  return undefined
}

function escaped(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\r', '\\r')
}
