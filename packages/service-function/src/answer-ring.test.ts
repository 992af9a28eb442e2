import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { sizeOfHalf } from './answer-ring-half.ts'
import { AnswerRingKey } from './answer-ring-key.ts'
import { AnswerRing } from './answer-ring.ts'

/** As long as Snowflake's are, but for the number at the end. */
const ID = '01b8a3f2-0603-7c1d-0001-3f2a0005b0de:2:1a2b3c4d-0001-4a5b-9c6d-'

/** A key with the hash of all others. */
class CollidingKey extends AnswerRingKey {
  override pack(id: string, checksum: number): boolean {
    const isPacked = super.pack(id, checksum)
    this.hash = -1
    return isPacked
  }
}

function find(ring: AnswerRing, id: string, checksum = 1): string | undefined {
  return ring.find(id, checksum)?.toString('latin1')
}

describe('AnswerRing', () => {
  afterEach(() => void vi.restoreAllMocks())

  test('finds an answer under its id and checksum, and under no other', () => {
    const ring = new AnswerRing(10_000)
    expect(find(ring, 'q:1')).toBeUndefined()
    ring.keep('q:1', 1, 'one')
    expect(find(ring, 'q:1')).toBe('one')
    expect(find(ring, 'q:1', 2)).toBeUndefined()
    for (const id of ['q:2', 'q:', 'q:1\0', 'q:11', '']) expect(find(ring, id)).toBeUndefined()
  })

  test('finds the answer that was kept last', () => {
    const ring = new AnswerRing(10_000)
    ring.keep('q:1', 1, 'first')
    ring.keep('q:1', 1, 'second')
    expect(find(ring, 'q:1')).toBe('second')
    ring.keep('q:1', 2, 'of other rows')
    expect(find(ring, 'q:1', 2)).toBe('of other rows')
  })

  test('finds the answer that was kept last when an earlier one lies in the other half', () => {
    const ring = new AnswerRing(10_000)
    ring.keep('q:1', 1, 'first')
    for (let other = 0; other < 5; other += 1) ring.keep(`${other}`, 1, 'x'.repeat(1000))
    expect(find(ring, 'q:1')).toBe('first')
    ring.keep('q:1', 1, 'second')
    expect(find(ring, 'q:1')).toBe('second')
  })

  test.each([0, 1, 2, 3, 4, 127, 128, 129, 1000])('keeps answers of %i bytes', (length) => {
    const ring = new AnswerRing(10_000)
    const text = 'abcde'.repeat(200).slice(0, length)
    ring.keep('text', 1, text)
    ring.keep('bytes', 1, Buffer.from(text))
    expect(find(ring, 'text')).toBe(text)
    expect(find(ring, 'bytes')).toBe(text)
  })

  test('keeps the bytes of an answer as they are', () => {
    const ring = new AnswerRing(10_000)
    const answer = Buffer.from('{"data":[[0,"Grüße, 世界"]]}')
    ring.keep('q:1', 0xffff_ffff, answer)
    expect(ring.find('q:1', 0xffff_ffff)).toEqual(answer)
  })

  test.each([1, 2, 3, 4, 1024])('tells ids of %i characters apart by each of them', (length) => {
    const ring = new AnswerRing(2_000_000)
    const ids = Array.from({ length: 0x100 - 0x20 }, (_, at) =>
      String.fromCharCode(0x20 + at).padStart(length, 'x'),
    )
    for (const id of ids) ring.keep(id, 1, `answer to ${id.charCodeAt(length - 1)}`)
    for (const id of ids) expect(find(ring, id)).toBe(`answer to ${id.charCodeAt(length - 1)}`)
  })

  test('keeps no answer under an id of more than 1,024 characters', () => {
    const ring = new AnswerRing(10_000)
    ring.keep('x'.repeat(1025), 1, 'answer')
    expect(find(ring, 'x'.repeat(1025))).toBeUndefined()
    expect(find(ring, 'x'.repeat(1024))).toBeUndefined()
  })

  test('an answer that was found stays as it is when its memory is used again', () => {
    const ring = new AnswerRing(2000)
    ring.keep('q:1', 1, 'a'.repeat(400))
    const found = ring.find('q:1', 1)
    for (let other = 0; other < 20; other += 1) ring.keep(`${other}`, 1, 'b'.repeat(400))
    expect(found?.toString()).toBe('a'.repeat(400))
    expect(find(ring, 'q:1')).toBeUndefined()
  })

  test('forgets by the half, and nothing for an answer that is larger than one', () => {
    const ring = new AnswerRing(20_000)
    const known = () =>
      Array.from({ length: 100 }, (_, at) => at).filter((at) => find(ring, `${at}`))
    const sizes = []
    for (let at = 0; at < 100; at += 1) {
      ring.keep(`${at}`, 1, 'x'.repeat(1000))
      ring.keep('too large', 1, 'x'.repeat(10_000))
      sizes.push(known().length)
      expect(known()).toContain(at)
    }
    expect(find(ring, 'too large')).toBeUndefined()
    expect(Math.max(...sizes)).toBe(16)
    expect(Math.min(...sizes.slice(16))).toBe(9)
  })

  test('keeps an answer that fills a half, and none of one byte more', () => {
    const ring = new AnswerRing(2048)
    const { words } = sizeOfHalf(1024)
    const most = (words - 4) * 4 // of its words one is its length, three are the key
    for (const id of ['q:1', 'q:2', 'q:3']) ring.keep(id, 1, id.padEnd(most, '.'))
    for (const id of ['q:4', 'q:5', 'q:6']) ring.keep(id, 1, id.padEnd(most + 1, '.'))
    const found = [1, 2, 3, 4, 5, 6].map((at) => find(ring, `q:${at}`)?.slice(0, 3))
    expect(found).toEqual([undefined, 'q:2', 'q:3', undefined, undefined, undefined])
  })

  test('short answers fill a half when half of its slots are taken', () => {
    const ring = new AnswerRing(64 * 64 * 2)
    for (let at = 0; at < 64; at += 1) ring.keep(`${at}`, 1, '')
    expect(find(ring, '0')).toBe('')
    ring.keep('64', 1, '')
    expect(find(ring, '0')).toBeUndefined()
    expect(find(ring, '31')).toBeUndefined()
    expect(find(ring, '32')).toBe('')
  })

  test('reserves memory when it is needed', () => {
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    const ring = new AnswerRing(20_000)
    ring.find('q:1', 1)
    ring.keep('q:1', 1, 'x'.repeat(10_000))
    expect(allocate).toHaveBeenCalledTimes(0)
    const calls = []
    for (let at = 0; at < 100; at += 1) {
      ring.keep(`${at}`, 1, 'x'.repeat(1000))
      calls.push(allocate.mock.calls.length)
    }
    expect(calls).toEqual([...Array(8).fill(1), ...Array(92).fill(2)])
  })

  test.each([0, 1, 100, 127])('keeps nothing in %i bytes', (mostBytes) => {
    const ring = new AnswerRing(mostBytes)
    ring.keep(ID, 1, 'x')
    ring.keep('', 1, 'x'.repeat(50))
    expect(find(ring, ID)).toBeUndefined()
    expect(find(ring, '')).toBeUndefined()
  })

  test('answers whose keys share a hash are told apart, and of more than 32 in a row one makes way', () => {
    const ring = new AnswerRing(1_000_000, new CollidingKey())
    for (let at = 0; at < 1000; at += 1) ring.keep(`${at}`, 1, `answer ${at}`)
    const found = Array.from({ length: 1000 }, (_, at) => find(ring, `${at}`))
    expect(found.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, at) => `answer ${at}`))
    expect(found.slice(31)).toEqual([...Array(968).fill(undefined), 'answer 999'])
    ring.keep('999', 1, 'again')
    ring.keep('30', 1, 'again')
    expect([find(ring, '999'), find(ring, '30'), find(ring, '29')]).toEqual([
      'again',
      'again',
      'answer 29',
    ])
  })

  const batch = fc.record({
    id: fc.tuple(fc.constantFrom(ID, ''), fc.nat(40)).map(([front, number]) => front + number),
    checksum: fc.constantFrom(0, 1, 0xffff_ffff),
    length: fc.nat(150),
    isText: fc.boolean(),
  })
  const batches = fc.array(batch, { minLength: 50, maxLength: 300, size: 'max' })
  /** A half of the fewest bytes has room for more answers than this, whatever their size. */
  const SURE = 6

  test.each([AnswerRingKey, CollidingKey])('is a map that forgets, with %o', (Key) => {
    fc.assert(
      fc.property(fc.integer({ min: 5000, max: 8000 }), batches, (mostBytes, kept) => {
        const ring = new AnswerRing(mostBytes, new Key())
        const map = new Map<string, string>()
        for (const [at, { id, checksum, length, isText }] of kept.entries()) {
          const answer = `${at} ${'.'.repeat(length)}`
          ring.keep(id, checksum, isText ? answer : Buffer.from(answer))
          map.set(`${id} ${checksum}`, answer)
          // The last ones each time, then fewer and fewer.
          for (let back = 0; back <= at; back += back < SURE ? 1 : back) {
            const earlier = kept[at - back] as (typeof kept)[number]
            const found = find(ring, earlier.id, earlier.checksum)
            if (found === undefined && back >= SURE) continue
            expect(found).toBe(map.get(`${earlier.id} ${earlier.checksum}`))
          }
        }
      }),
      { numRuns: 30 },
    )
  })
})

test('sizeOfHalf() stays within the bytes, with a power of two of slots', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 }), (bytes) => {
      const { slots, words } = sizeOfHalf(bytes)
      expect(slots === 0 || Number.isInteger(Math.log2(slots))).toBe(true)
      expect(slots * 64).toBeLessThanOrEqual(bytes)
      expect(words).toBeGreaterThanOrEqual(0)
      expect(words === 0 || slots * 8 + 4 + words * 4 <= bytes).toBe(true)
    }),
  )
})
