import { ChangeSet, Text } from '@codemirror/state'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyCell } from '../../src/notebook/apply-operation.ts'
import { FakeServer, type FakeSocket } from '../testing/fake-server.ts'
import { OpenNotebook } from './open-notebook.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A page with an editor on every cell: what the reader sees in it is followed change by change. */
class Page {
  readonly notebook: OpenNotebook
  readonly #server: FakeServer
  readonly #editors = new Map<string, string>()
  socket: FakeSocket | undefined

  constructor(server: FakeServer, clientId: string) {
    this.#server = server
    this.notebook = new OpenNotebook({
      clientId,
      open: (events) => (this.socket = server.open(events)),
      schedule: (task) => task(),
      random: () => 0.5,
    })
    this.notebook.connect()
  }

  get sources(): readonly string[] {
    return this.notebook.cells.map((cell) => this.editor(cell.id))
  }

  editor(cellId: string): string {
    if (!this.#editors.has(cellId)) {
      this.#editors.set(cellId, this.notebook.sourceOf(cellId))
      this.notebook.attachEditor(cellId, (change) => {
        this.#editors.set(cellId, applied(this.#editors.get(cellId) ?? '', change))
      })
    }
    return this.#editors.get(cellId) ?? ''
  }

  type(cellId: string, at: number, insert: string): void {
    const source = this.editor(cellId)
    const change = ChangeSet.of({ from: Math.min(at, source.length), insert }, source.length)
    this.#editors.set(cellId, applied(source, change))
    this.notebook.edit(cellId, change)
  }

  step(direction: 'to-page' | 'to-server'): boolean {
    return this.socket !== undefined && this.#server.step(this.socket, direction)
  }
}

function applied(source: string, change: ChangeSet): string {
  return change.apply(Text.of(source.split('\n'))).toString()
}

/** Lets everything through until nothing is on its way; a test that never comes to rest fails by what it expects. */
async function settleAll(server: FakeServer, pages: readonly Page[]): Promise<void> {
  let quiet = 0
  for (let round = 0; round < 60 && quiet < 3; round++) {
    server.flush()
    vi.advanceTimersByTime(6_000)
    for (const page of pages) {
      for (let steps = 0; steps < 1_000; steps++) {
        if (!page.step('to-server') && !page.step('to-page')) break
      }
    }
    // A snapshot leaves something to a microtask
    await Promise.resolve()
    quiet = pages.every((page) => page.notebook.isSettled) ? quiet + 1 : 0
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('type'), at: fc.nat(20), cell: fc.nat(3) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constantFrom('to-page', 'to-server') }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(70, 500, 3_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('cut', 'insert', 'move', 'flush', 'run', 'run') }),
  },
)
const plan = fc.array(fc.tuple(fc.nat(1), step), { maxLength: 80, size: 'max' })
const crash = fc.record({ do: fc.constant('crash') })
const planWithCrashes = fc.array(
  fc.tuple(fc.nat(1), fc.oneof({ weight: 20, arbitrary: step }, { weight: 1, arbitrary: crash })),
  { maxLength: 80, size: 'max' },
)

interface Played {
  readonly server: FakeServer
  readonly pages: readonly Page[]
  readonly typed: number
}

/** Does the steps, then lets everything come to rest. With `knownFrom` the server has forgotten what came before it. */
async function play(
  steps: readonly (readonly [number, Readonly<Record<string, unknown>>])[],
  options: { readonly pages?: number; readonly knownFrom?: number } = {},
): Promise<Played> {
  const server = new FakeServer(['c0', 'c1'].map((id) => emptyCell(id, 'typescript', '')))
  server.knownFrom = options.knownFrom ?? 0
  const pages = ['a', 'b'].slice(0, options.pages).map((clientId) => new Page(server, clientId))
  await settleAll(server, pages)
  let typed = 0
  for (const [who, action] of steps) {
    const page = pages[who % pages.length]
    if (page === undefined) continue
    const { cells } = page.notebook
    const cell = cells[Number(action['cell'] ?? 0) % cells.length]
    switch (action['do']) {
      case 'type':
        if (cell !== undefined) page.type(cell.id, Number(action['at']), `<${++typed}>`)
        break
      case 'to-page':
      case 'to-server':
        page.step(action['do'])
        break
      case 'wait':
        vi.advanceTimersByTime(Number(action['ms']))
        break
      case 'cut':
        page.socket?.cut()
        break
      case 'insert':
        page.notebook.insertCell(1, 'sql')
        break
      case 'move':
        if (cell !== undefined) {
          const index = cells.length - 1
          page.notebook.perform({ type: 'move-cells', cellIds: [cell.id], index })
        }
        break
      case 'run':
        if (cell !== undefined) page.notebook.run([cell.id])
        break
      case 'flush':
        server.flush()
        break
      case 'crash':
        server.crash()
        break
    }
    // A snapshot leaves something to a microtask
    await Promise.resolve()
  }
  await settleAll(server, pages)
  return { server, pages, typed }
}

function expectAllThere({ server, pages, typed }: Played): void {
  const { cells } = server.state.notebook
  const sources = cells.map((cell) => cell.source)
  for (const page of pages) {
    expect(page.notebook.isSettled).toBe(true)
    expect(page.sources).toEqual(sources)
    expect(page.notebook.cells).toEqual(cells)
    page.notebook.close()
  }
  // One insertion may stand inside another, so characters are counted.
  const expected = Array.from({ length: typed }, (_, index) => `<${index + 1}>`).join('')
  expect(sorted(sources.join(''))).toBe(sorted(expected))
}

function sorted(text: string): string {
  return Array.from(text).toSorted().join('')
}

describe('OpenNotebook', () => {
  test('loses and doubles nothing, wherever sockets are cut', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => expectAllThere(await play(steps))),
      { numRuns: 200 },
    )
  }, 60_000)

  test('loses and doubles nothing when every new socket begins with a snapshot', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(plan, async (steps) =>
        expectAllThere(await play(steps, { knownFrom: Infinity })),
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  test('sends again what a server that was killed did not have on disk', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(planWithCrashes, async (steps) =>
        expectAllThere(await play(steps, { pages: 1 })),
      ),
      { numRuns: 200 },
    )
  }, 60_000)

  test('runs a cell with the text that is shown, however fast the key follows the typing', async () => {
    const server = new FakeServer([emptyCell('c0', 'typescript', '')])
    const page = new Page(server, 'a')
    await settleAll(server, [page])
    page.type('c0', 0, '1 + ')
    vi.advanceTimersByTime(100)
    page.type('c0', 4, '1')
    page.notebook.run(['c0'])
    const runs: string[] = []
    const apply = server.apply.bind(server)
    vi.spyOn(server, 'apply').mockImplementation((operation, ...who) => {
      if (operation.type === 'run-cells') runs.push(server.state.notebook.cells[0]?.source ?? '')
      return apply(operation, ...who)
    })
    await settleAll(server, [page])
    expect(runs).toEqual(['1 + 1'])
    page.notebook.close()
  })

  test('shows a new cell at once, and once', async () => {
    const server = new FakeServer([emptyCell('c0', 'typescript', '')])
    const page = new Page(server, 'a')
    await settleAll(server, [page])
    const cellId = page.notebook.insertCell(1, 'sql')
    expect(page.notebook.cells.map((cell) => cell.id)).toEqual(['c0', cellId])
    page.type(cellId, 0, 'select 1')
    await settleAll(server, [page])
    expect(page.notebook.cells.map((cell) => [cell.id, cell.source])).toEqual([
      ['c0', ''],
      [cellId, 'select 1'],
    ])
    page.notebook.close()
  })

  test('keeps the cells that did not change, so that they are not drawn again', async () => {
    const server = new FakeServer(['c0', 'c1'].map((id) => emptyCell(id, 'typescript', '')))
    const page = new Page(server, 'a')
    await settleAll(server, [page])
    const [, before] = page.notebook.cells
    page.type('c0', 0, 'x')
    await settleAll(server, [page])
    expect(page.notebook.cells[0]?.source).toBe('x')
    expect(page.notebook.cells[1]).toBe(before)
    page.notebook.close()
  })
})
