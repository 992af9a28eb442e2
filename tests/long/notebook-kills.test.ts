import { expect, test } from 'vitest'
import { Folder } from '../../apps/notebook/src/notebook/testing/folder.ts'
import { killServers, lossesOf } from '../../apps/notebook/src/notebook/testing/kills.ts'

test('200 servers are killed: the file is whole and holds all that was acknowledged', async () => {
  await using folder = await Folder.make()
  await folder.write('a.ipynb', ['a', ''], ['b', 'print()'])
  let torn = 0
  let last = 0
  for await (const kill of killServers(folder, 200)) {
    expect(lossesOf(kill)).toEqual([])
    if (kill.wasTorn) torn++
    last = kill.acknowledged
  }
  expect(last).toBeGreaterThan(100)
  // Else the kills never hit a write, and the test has shown nothing.
  expect(torn).toBeGreaterThan(0)
})
