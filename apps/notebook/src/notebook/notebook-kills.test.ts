import { expect, test } from 'vitest'
import { Folder } from './testing/folder.ts'
import { killServers } from './testing/kills.ts'

test(
  'a server that is killed loses nothing that it acknowledged',
  { timeout: 60_000 },
  async () => {
    await using folder = await Folder.make()
    await folder.write('a.ipynb', ['a', ''], ['b', 'print()'])
    let last = 0
    for await (const { notebook, acknowledged, printed } of killServers(folder, 10)) {
      const [typed, ran] = notebook.cells
      const numbers = (typed?.source ?? '')
        .split(';')
        .filter((text) => text !== '')
        .map(Number)
      // One may be there that was not acknowledged any more; it is typed again with the same number.
      const known = [...new Set(numbers)]
      expect(known).toEqual(known.map((_, at) => at + 1))
      expect(known.length).toBeGreaterThanOrEqual(acknowledged)
      const shown = ran?.outputs
        .map((output) => (output.type === 'stream' ? output.text : ''))
        .join()
      expect(Number(shown?.split(' ')[1] ?? 0)).toBeGreaterThanOrEqual(printed)
      last = acknowledged
    }
    expect(last).toBeGreaterThan(0)
  },
)
