import { expect, test } from 'vitest'
import { Folder } from '../../apps/notebook/src/notebook/testing/folder.ts'
import { killServers } from '../../apps/notebook/src/notebook/testing/kills.ts'

test('200 servers are killed: the file is whole and holds all that was acknowledged', async () => {
  await using folder = await Folder.make()
  await folder.write('a.ipynb', ['a', ''], ['b', 'print()'])
  let torn = 0
  let last = 0
  for await (const { notebook, acknowledged, printed, wasTorn } of killServers(folder, 200)) {
    const [typed, ran] = notebook.cells
    const numbers = (typed?.source ?? '').split(';').filter((text) => text !== '')
    const known = [...new Set(numbers.map(Number))]
    expect(known).toEqual(known.map((_, at) => at + 1))
    expect(known.length).toBeGreaterThanOrEqual(acknowledged)
    const shown = ran?.outputs.map((output) => (output.type === 'stream' ? output.text : '')).join()
    expect(Number(shown?.split(' ')[1] ?? 0)).toBeGreaterThanOrEqual(printed)
    if (wasTorn) torn++
    last = acknowledged
  }
  expect(last).toBeGreaterThan(100)
  // Else the kills never hit a write, and the test has shown nothing.
  expect(torn).toBeGreaterThan(0)
})
