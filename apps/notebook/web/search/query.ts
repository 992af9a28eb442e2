/** What is looked for, as the reader set it. */
export interface Query {
  readonly text: string
  readonly matchesCase: boolean
  readonly wholeWord: boolean
  readonly isRegExp: boolean
}

/** The pattern of a query; a problem in words where its regular expression is none. */
export function compileQuery(query: Query): { pattern: RegExp } | { problem: string } {
  const { text, matchesCase, wholeWord, isRegExp } = query
  const body = isRegExp ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const whole = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${body})(?![\\p{L}\\p{N}_])` : body
  try {
    return { pattern: new RegExp(whole, `gmu${matchesCase ? '' : 'i'}`) }
  } catch (error) {
    const { message } = error as Error
    return { problem: message.replace(/^Invalid regular expression: (?:\/.*\/\w*: )?/s, '') }
  }
}
