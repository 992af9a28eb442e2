import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import type { CellKind } from '../../src/notebook/notebook.ts'
import { serveNotebook, type ServedNotebook } from '../testing/served-notebook.ts'
import { runCommand } from './cell-commands.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A notebook with cells a, b, c …: `#` is a heading, everything else TypeScript. */
async function open(...sources: readonly string[]): Promise<ServedNotebook> {
  return await serveNotebook(
    sources.map((source, at) => {
      const kind: CellKind = source.startsWith('#') ? 'markdown' : 'typescript'
      return emptyCell(String.fromCodePoint(97 + at), kind, source)
    }),
  )
}

type Name = Parameters<typeof runCommand>[2]

async function command(
  { notebook, settle }: ServedNotebook,
  ...names: readonly Name[]
): Promise<void> {
  for (const name of names) {
    runCommand(notebook, notebook.store.getState().selectedId, name)
    await settle()
  }
}

const order = ({ server }: ServedNotebook): string =>
  server.state.notebook.cells.map(({ id }) => (id.length === 1 ? id : '+')).join('')

/** The cells that the last run asked for. */
function asked({ server }: ServedNotebook): string {
  const runs = server.log.map(({ operation }) => operation)
  const last = runs.findLast((operation) => operation.type === 'run-cells')
  return last?.cellIds.join('') ?? ''
}

const selected = ({ notebook }: ServedNotebook): string =>
  notebook.selection.map(({ id }) => id).join('')

describe('runCommand()', () => {
  test.each([
    ['run', 'c'],
    ['run-above', 'ab'],
    ['run-below', 'cd'],
    ['run-all', 'abcd'],
  ] as const)('%s runs %s', async (name, ids) => {
    const page = await open('1', '2', '3', '4')
    page.notebook.select('c', 'command')
    await command(page, name)
    expect(asked(page)).toBe(ids)
  })

  test('what is selected together is run, moved, marked and deleted together', async () => {
    const page = await open('1', '2', '3', '4', '5')
    page.notebook.select('b', 'command')
    await command(page, 'extend-down', 'extend-down', 'extend-up', 'run')
    expect([selected(page), asked(page)]).toEqual(['bc', 'bc'])
    await command(page, 'move-down', 'move-down', 'move-down')
    expect(order(page)).toBe('adebc')
    await command(page, 'toggle-parameters', 'toggle-outputs', 'to-sql')
    const { cells } = page.server.state.notebook
    expect(cells.map(({ kind }) => kind)).toEqual([
      'typescript',
      'typescript',
      'typescript',
      'sql',
      'sql',
    ])
    expect(cells.slice(3).map(({ metadata }) => metadata)).toEqual(
      Array.from({ length: 2 }, () => ({
        tags: ['parameters'],
        collapsed: true,
        jupyter: { outputs_hidden: true },
      })),
    )
    await command(page, 'delete')
    expect([order(page), selected(page)]).toEqual(['ade', 'e'])
    await command(page, 'select-first', 'delete', 'restore', 'restore')
    expect(order(page)).toBe('adebc')
  })

  test('cells under a folded heading are no step, and go and run with what is asked', async () => {
    const page = await open('0', '# A', '2', '3', '# B', '5')
    page.notebook.select('c', 'command')
    await command(page, 'collapse-section')
    expect(selected(page)).toBe('b')
    await command(page, 'select-next')
    expect(selected(page)).toBe('e')
    await command(page, 'select-previous', 'expand-section', 'select-next')
    expect(selected(page)).toBe('c')
  })

  test('the end of a notebook is its last cell, and running it begins another', async () => {
    const page = await open('1', '2')
    await command(page, 'select-last', 'select-next', 'move-down')
    expect([selected(page), order(page)]).toEqual(['b', 'ab'])
    await command(page, 'run-and-advance')
    expect(order(page)).toBe('ab+')
    expect(page.notebook.store.getState().mode).toBe('edit')
  })

  test('more cells than could be brought back are not deleted', async () => {
    const page = await serveNotebook(
      Array.from({ length: 201 }, (_, at) => emptyCell(`c${at}`, 'sql', '')),
    )
    await command(page, 'select-all', 'delete')
    expect(page.server.state.notebook.cells).toHaveLength(201)
    expect(page.notebook.store.getState().notice).toContain('200 cells')
  })

  test('page commands need no cell', async () => {
    const page = await open()
    await command(page, 'find', 'show-outline', 'palette')
    expect(page.notebook.store.getState()).toMatchObject({
      isSearching: true,
      isOutlineShown: true,
      dialog: 'palette',
    })
    await command(page, 'run-and-advance', 'delete', 'paste-below')
    expect(order(page)).toBe('')
  })
})
