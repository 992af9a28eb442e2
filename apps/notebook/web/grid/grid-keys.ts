import { keyName, type PressedKey } from '../notebook/cell-keys.ts'
import { GRID_TABLE } from '../notebook/command-table.ts'

export type GridCommand = keyof typeof GRID_TABLE

const ENTRIES = Object.entries(GRID_TABLE).flatMap(([name, entry]) =>
  entry.keys.map((key) => ({
    key: `${'on' in entry ? `${entry.on} ` : ''}${key}`,
    name: name as GridCommand,
  })),
)

const COMMAND_OF_KEY: ReadonlyMap<string, GridCommand> = new Map(
  ENTRIES.map(({ key, name }) => [key, name]),
)

/** What a key means on a value, or on the name of a column. */
export function gridCommand(pressed: PressedKey, on: 'value' | 'name'): GridCommand | undefined {
  const key = keyName(pressed)
  return COMMAND_OF_KEY.get(`${on} ${key}`) ?? COMMAND_OF_KEY.get(key)
}
