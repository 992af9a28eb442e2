import type { Command } from '../notebook/commands.ts'

/** The commands whose title has all the words that were typed, those that begin with them first. */
export function findCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = commands.filter(({ title, group }) => {
    const text = `${title} ${group}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const start = words.join(' ')
  const rank = ({ title }: Command): number => (title.toLowerCase().startsWith(start) ? 0 : 1)
  return found.toSorted((one, other) => rank(one) - rank(other))
}
