import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { printNotebook } from './ipynb.ts'
import { emptyCell } from './apply-operation.ts'
import { Folder } from './testing/folder.ts'
import { Page } from './testing/page.ts'

let folder: Folder
beforeEach(async () => {
  folder = await Folder.make()
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
})

describe('the kernel of a notebook', () => {
  test("is told what a SQL cell's result is called", async () => {
    const named = { ...emptyCell('a', 'sql', 'SELECT 1'), metadata: { resultVariableName: 'rows' } }
    const cells = [named, emptyCell('b', 'sql', 'SELECT 2')]
    const file = { notebook: { cells, metadata: {} }, besides: {} }
    await folder.writeText('a.ipynb', printNotebook(file))
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a', 'b'] })
    const kernel = folder.kernel()
    const first = await kernel.request(0)
    kernel.start(first)
    kernel.finish(first)
    expect(first).toMatchObject({ source: 'SELECT 1', language: 'sql', resultVariable: 'rows' })
    expect(await kernel.request(1)).toMatchObject({ resultVariable: undefined })
  })

  test('tells pages what it takes, those that come later, too, and no more once it has ended', async () => {
    await folder.write('a.ipynb', ['a', '1'])
    await using notebook = await folder.open()
    const ann = new Page('ann').connect(notebook)
    await ann.ask({ type: 'run-cells', cellIds: ['a'] })
    const kernel = folder.kernel()
    await kernel.request(0)
    const usage = { residentBytes: 1, heapUsedBytes: 1, heapLimitBytes: 2, cpu: 0.5 }
    kernel.emit({ type: 'usage', usage })
    expect(ann.types).toContain('usage')
    expect(new Page('bob').connect(notebook).types).toEqual(['snapshot', 'usage'])
    kernel.end('it was killed')
    expect(new Page('eve').connect(notebook).types).toEqual(['snapshot'])
  })
})
