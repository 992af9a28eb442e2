const REPLACEMENT = '[token]'
const MIN_SECRET_CHARACTERS = 6 // anything shorter would be found in ordinary words

/** A text without any of the secrets. */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  let redacted = text
  for (const secret of usable(secrets)) redacted = redacted.replaceAll(secret, REPLACEMENT)
  return redacted
}

/** The same for a text that comes in pieces: what may be the start of a secret waits for the next piece. */
export class RedactedStream {
  readonly #secrets: () => readonly string[]
  #held = ''

  constructor(secrets: () => readonly string[]) {
    this.#secrets = secrets
  }

  /** Characters that wait. */
  get heldLength(): number {
    return this.#held.length
  }

  push(piece: string): string {
    const secrets = usable(this.#secrets())
    const text = redactSecrets(this.#held + piece, secrets)
    const held = Math.max(0, ...secrets.map((secret) => startLength(text, secret)))
    this.#held = text.slice(text.length - held)
    return text.slice(0, text.length - held)
  }

  /** What waits, as nothing more comes. */
  flush(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }
}

/** Longest first, so that one that holds another is found whole. */
function usable(secrets: readonly string[]): string[] {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
    .toSorted((a, b) => b.length - a.length)
}

/** How many characters at the end of a text are the start of a secret. */
function startLength(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length
  }
  return 0
}
