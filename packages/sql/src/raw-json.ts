/** JSON text that stands for itself where JSON is printed: a number with all its digits, or a whole document. */
export class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}
