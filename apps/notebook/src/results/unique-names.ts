import type { ResultBundleColumn } from './result.ts'

/**
 * The columns' names, each once: the second AMOUNT is AMOUNT_2. A result may have two of one name, an object not.
 *
 * @param fold What makes names equal: itself, or their lower case.
 */
export function uniqueNames(
  columns: readonly ResultBundleColumn[],
  fold: (name: string) => string,
): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    let unique = name
    for (let n = 2; taken.has(fold(unique)); n += 1) unique = `${name}_${n}`
    taken.add(fold(unique))
    return unique
  })
}
