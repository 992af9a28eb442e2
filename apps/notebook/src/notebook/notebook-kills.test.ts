import { expect, test } from 'vitest'
import { Folder } from './testing/folder.ts'
import { killServers, lossesOf } from './testing/kills.ts'

test(
  'a server that is killed loses nothing that it acknowledged',
  { timeout: 60_000 },
  async () => {
    await using folder = await Folder.make()
    await folder.write('a.ipynb', ['a', ''], ['b', 'print()'])
    let last = 0
    for await (const kill of killServers(folder, 10)) {
      expect(lossesOf(kill)).toEqual([])
      last = kill.acknowledged
    }
    expect(last).toBeGreaterThan(0)
  },
)
