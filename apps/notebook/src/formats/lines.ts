/** The lines of a text, at every character that ends one in JavaScript: a comment must not end before its text does. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/)
}

/** A text as comment lines of TypeScript or SQL. */
export function commentLines(text: string, mark: '//' | '--' = '//'): string {
  return linesOf(text)
    .map((line) => `${mark} ${line}`.trimEnd())
    .join('\n')
}
