import { type Token, tokenize } from '../sql/token.ts'

const SECRET_PROPERTIES = new Set([
  'PASSWORD',
  'SECRET_STRING',
  'OAUTH_CLIENT_SECRET',
  'OAUTH_REFRESH_TOKEN',
  'AWS_SECRET_KEY',
  'AWS_TOKEN',
  'AZURE_SAS_TOKEN',
  'MASTER_KEY',
])

const MAY_HOLD_SECRET = new RegExp([...SECRET_PROPERTIES].join('|'), 'i')

/** True for a text that names a property whose value is a secret. */
export function mayHoldSecret(text: string): boolean {
  return MAY_HOLD_SECRET.test(text)
}

/** A statement's text with the values of `PASSWORD = '…'` and its like left out, for lists and logs. */
export function redactSecrets(text: string): string {
  if (!mayHoldSecret(text)) return text
  const tokens = maybeTokenize(text)
  if (tokens === undefined) return '(a statement with a secret, and with a syntax error)'
  let redacted = ''
  let from = 0
  for (const [index, token] of tokens.entries()) {
    if (!mayBeValue(token, tokens[index - 1]) || !isSecretProperty(tokens, index - 1)) continue
    redacted += `${text.slice(from, token.start)}'***'`
    from = token.end
  }
  return redacted + text.slice(from)
}

/** Someone who forgets the quotes has written a secret all the same. */
function mayBeValue({ kind }: Token, before: Token | undefined): boolean {
  return kind === 'string' || (kind !== 'symbol' && before?.kind === 'symbol')
}

/** True when the token before a string is `PASSWORD`, or the `=` or `=>` after it. */
function isSecretProperty(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]
  if (token?.kind === 'symbol' && (token.value === '=' || token.value === '=>')) {
    return isSecretProperty(tokens, index - 1)
  }
  return token?.kind === 'word' && SECRET_PROPERTIES.has(token.value.toUpperCase())
}

function maybeTokenize(text: string): readonly Token[] | undefined {
  try {
    return tokenize(text)
  } catch {
    return undefined // a string that does not end: what of it is secret cannot be told
  }
}
