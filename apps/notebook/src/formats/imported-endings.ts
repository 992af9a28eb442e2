/** Endings of files that a notebook can be made of. */
export const IMPORTED_ENDINGS: readonly string[] = ['.md', '.ts', '.mts', '.js', '.mjs', '.sql']

export function canBeImported(name: string): boolean {
  return IMPORTED_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))
}
