import { isBindingName } from '../../src/language/identifier.ts'
import type { Cell } from '../../src/notebook/notebook.ts'

/** What is wrong with the name of a variable, in words; null for one that can be, and for none. */
export function resultNameProblem(name: string): string | null {
  if (name === '') return null
  if (/^\d/.test(name)) return `“${name}” begins with a digit: a variable begins with a letter or _`
  if (isBindingName(name)) {
    return name.startsWith('$spcs') ? `“${name}” is the kernel's own: take another name` : null
  }
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `“${name}” is a word of the language: take another name`
    : `“${name}” cannot name a variable: use letters, digits and _`
}

/** A cell's metadata with another name for its result; none where it is empty. */
export function withResultName({ metadata, magic }: Cell, name: string): Cell['metadata'] {
  const { resultVariableName: _, ...others } = metadata
  if (name !== '') return { ...others, resultVariableName: name }
  // The line `%%sql -r name` would name it otherwise.
  return magic === undefined ? others : { ...others, resultVariableName: '' }
}
