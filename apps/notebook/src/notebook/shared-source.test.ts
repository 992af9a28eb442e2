import { ChangeSet, Text } from '@codemirror/state'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acknowledged,
  localChange,
  openSource,
  refused,
  remoteChange,
  resend,
  sendNext,
  type SharedSource,
  type SharedStep,
  shownSource,
  snapshotSource,
} from './shared-source.ts'
import {
  addToHistory,
  emptyHistory,
  maybeApplyChange,
  maybeParseChange,
  rebaseChange,
  type SourceHistory,
} from './source-changes.ts'

const START = 'const a = 1\nconst b = 2\n'

describe('shared source', () => {
  test('sends one change at a time and joins what is typed meanwhile', () => {
    const first = localChange(openSource('ab', 4), insert('ab', 1, 'x'))
    expect(first.send).toEqual({ version: 4, changes: [1, [0, 'x'], 1] })
    const second = localChange(first.shared, insert('axb', 2, 'y'))
    const third = localChange(second.shared, insert('axyb', 3, 'z'))
    expect([second.send, third.send]).toEqual([null, null])
    const heard = acknowledged(third.shared)
    expect(heard.send).toEqual({ version: 5, changes: [2, [0, 'yz'], 1] })
    expect(shownSource(heard.shared)).toBe('axyzb')
    expect(acknowledged(heard.shared).send).toBeNull()
  })

  test('keeps what was typed over a snapshot that does not have it', () => {
    const typed = localChange(openSource('ab', 0), insert('ab', 2, 'mine')).shared
    const step = snapshotSource(typed, { source: 'theirs ab', version: 9, applied: false })
    expect(shownSource(step.shared)).toBe('theirs abmine')
    expect(resend(step.shared)).toEqual({ version: 9, changes: [9, [0, 'mine']] })
    const had = snapshotSource(typed, { source: 'abmine!', version: 9, applied: true })
    expect(shownSource(had.shared)).toBe('abmine!')
    expect(had.send).toBeNull()
  })

  test('refuses a change of another text', () => {
    expect(() => remoteChange(openSource('ab', 0), [5])).toThrow('made against another text')
    expect(() => remoteChange(openSource('ab', 0), { length: 2 })).toThrow(RangeError)
  })

  test.each([
    ['with insertions alone, keeps every letter that was typed', false],
    ['with deletions too', true],
  ])('three clients end with one text over cuts and resends: %s', (_, deletes) => {
    fc.assert(
      fc.property(fc.array(netStep(deletes), { maxLength: 120 }), (steps) => {
        const net = new Net()
        const typed: string[] = []
        for (const { what, who, at, length } of steps) {
          if (what === 'type') {
            const letter = String.fromCodePoint(0x4e00 + typed.length)
            typed.push(letter)
            net.type(who, at, 0, letter)
          } else if (what === 'delete') net.type(who, at, length, '\n')
          else if (what === 'deliver') net.deliver(who)
          else if (what === 'hear') net.hear(who)
          else if (what === 'snapshot') net.snapshot(who)
          else net.cut(who)
        }
        net.settle()
        const texts = net.clients.map((client) => client.editor)
        expect(new Set([...texts, net.source]).size).toBe(1)
        for (const client of net.clients) expect(shownSource(client.shared)).toBe(client.editor)
        if (deletes) return
        const counts = new Map<string, number>()
        for (const letter of net.source) counts.set(letter, (counts.get(letter) ?? 0) + 1)
        for (const letter of typed) expect(counts.get(letter)).toBe(1)
      }),
      { numRuns: 300 },
    )
  })
})

describe('rebaseChange()', () => {
  test('maps over each missed change, and knows what it no longer knows', () => {
    let history = emptyHistory(7)
    history = addToHistory(history, insert('ab', 0, '1'))
    history = addToHistory(history, insert('1ab', 0, '2'))
    expect(rebaseChange(history, 7, insert('ab', 2, 'x'))?.toJSON()).toEqual([4, [0, 'x']])
    expect(rebaseChange(history, 6, insert('ab', 2, 'x'))).toBeUndefined()
    expect(rebaseChange(history, 10, insert('ab', 2, 'x'))).toBeUndefined()
    expect(rebaseChange(history, 7, insert('abcd', 2, 'x'))).toBeUndefined()
  })

  test('forgets the oldest changes', () => {
    let history = emptyHistory(0)
    for (let n = 0; n < 1001; n++) history = addToHistory(history, insert(' '.repeat(n), 0, ' '))
    expect(history).toMatchObject({ version: 1001, changes: { length: 901 } })
    expect(rebaseChange(history, 99, ChangeSet.empty(99))).toBeUndefined()
    expect(rebaseChange(history, 100, ChangeSet.empty(100))?.length).toBe(1001)
  })
})

describe('maybeParseChange()', () => {
  test.each([null, 'x', 5, {}, [-1], [1.5], [[]], [['x']], [[1, 2]], [[0, 'a\nb']], [['1', 'x']]])(
    'knows %j for no change',
    (json) => {
      expect(maybeParseChange(json)).toBeUndefined()
    },
  )
})

function netStep(deletes: boolean): fc.Arbitrary<{
  what: 'type' | 'delete' | 'deliver' | 'hear' | 'snapshot' | 'cut'
  who: number
  at: number
  length: number
}> {
  return fc.record({
    what: fc.constantFrom(
      'type',
      ...(deletes ? (['delete'] as const) : []),
      'type',
      'deliver',
      'deliver',
      'hear',
      'hear',
      'snapshot',
      'cut',
    ),
    who: fc.nat(2),
    at: fc.nat(200),
    length: fc.integer({ min: 1, max: 8 }),
  })
}

interface Client {
  shared: SharedSource
  editor: string
  /** Position in the server's log up to which it has heard. */
  heard: number
  /** Number of the change in flight, and of the last one given. */
  number: number
  /** Messages on their way to the server. */
  outbox: { number: number; version: number; changes: unknown }[]
}

/** Three clients and a server, with a network that delays, loses and repeats. */
class Net {
  source = START
  readonly clients: Client[] = [0, 1, 2].map(() => ({
    shared: openSource(START, 0),
    editor: START,
    heard: 0,
    number: 0,
    outbox: [],
  }))
  private history: SourceHistory = emptyHistory(0)
  private readonly log: { who: number; changes: unknown }[] = []
  private readonly numbers = [0, 0, 0]

  type(who: number, at: number, length: number, text: string): void {
    const client = this.client(who)
    const from = at % (client.editor.length + 1)
    const to = Math.min(from + length, client.editor.length)
    const change = ChangeSet.of({ from, to, insert: text }, client.editor.length)
    client.editor = applyTo(client.editor, change)
    this.take(client, localChange(client.shared, change))
  }

  /** The oldest message on its way arrives; it may be one that came before. */
  deliver(who: number): void {
    const message = this.client(who).outbox.shift()
    if (message === undefined || message.number !== (this.numbers[who] ?? 0) + 1) return
    const change = maybeParseChange(message.changes)
    const rebased = change && rebaseChange(this.history, message.version, change)
    if (rebased === undefined) throw new Error('the server knows this change for none')
    this.source = applyTo(this.source, rebased)
    this.history = addToHistory(this.history, rebased)
    this.log.push({ who, changes: rebased.toJSON() })
    this.numbers[who] = message.number
  }

  hear(who: number): void {
    const client = this.client(who)
    const entry = this.log[client.heard]
    if (entry === undefined) return
    client.heard++
    if (entry.who === who) this.take(client, acknowledged(client.shared))
    else this.take(client, remoteChange(client.shared, entry.changes))
  }

  /** What is on its way is lost; the client sends again what was not acknowledged, perhaps twice. */
  cut(who: number): void {
    const client = this.client(who)
    client.outbox = []
    const again = resend(client.shared)
    if (again === null) return
    client.outbox.push({ number: client.number, ...again }, { number: client.number, ...again })
  }

  snapshot(who: number): void {
    const client = this.client(who)
    const inIt = (this.numbers[who] ?? 0) >= client.number
    client.outbox = []
    client.heard = this.log.length
    const { version } = this.history
    const snapshot = { source: this.source, version, applied: inIt }
    this.take(client, snapshotSource(client.shared, snapshot))
    const again = resend(client.shared)
    if (!inIt && again !== null) client.outbox.push({ number: client.number, ...again })
  }

  settle(): void {
    for (let round = 0; round < 1000; round++) {
      for (const who of [0, 1, 2]) {
        this.cut(who)
        while (this.client(who).outbox.length > 0) this.deliver(who)
        while (this.client(who).heard < this.log.length) this.hear(who)
      }
      const open = this.clients.some((client) => client.shared.inFlight ?? client.shared.buffer)
      if (!open && this.clients.every((client) => client.heard === this.log.length)) return
    }
    throw new Error('the clients never came to rest')
  }

  private take(client: Client, { shared, send, apply }: SharedStep): void {
    client.shared = shared
    if (apply !== null) client.editor = applyTo(client.editor, apply)
    if (send !== null) client.outbox.push({ number: ++client.number, ...send })
  }

  private client(who: number): Client {
    const client = this.clients[who]
    if (client === undefined) throw new Error('no such client')
    return client
  }
}

test('refused() keeps the change for the next send', () => {
  const first = localChange(openSource('ab', 0), insert('ab', 1, 'x')).shared
  const second = refused(localChange(first, insert('axb', 2, 'y')).shared)
  expect(sendNext(second).send).toEqual({ version: 0, changes: [1, [0, 'xy'], 1] })
})

function insert(text: string, at: number, what: string): ChangeSet {
  return ChangeSet.of({ from: at, insert: Text.of(what.split('\n')) }, text.length)
}

function applyTo(text: string, change: ChangeSet): string {
  const after = maybeApplyChange(text, change)
  if (after === undefined) throw new Error('the change is none of this text')
  return after
}
