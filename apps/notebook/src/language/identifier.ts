/** A name that a cell can give to something, reserved words aside. */
export const IDENTIFIER: RegExp = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** Whether a declaration may have this name. */
export function isBindingName(text: string): boolean {
  return IDENTIFIER.test(text) && !RESERVED.has(text)
}

const RESERVED = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield'.split(
    ' ',
  ),
)
