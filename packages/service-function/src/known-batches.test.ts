import { setImmediate as untilSettled } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { AnswerBody } from './encode-answer.ts'
import { KnownBatches } from './known-batches.ts'

describe('KnownBatches', () => {
  test('joins a batch while it runs, and has its answer afterwards', async () => {
    const known = new KnownBatches(10_000)
    const { answer, succeed } = pending()
    known.run('q:1', 1, answer)
    expect(known.find('q:1', 1)).toBe(answer)
    expect(known.find('q:1', 2)).toBeUndefined()
    expect(known.find('q:2', 1)).toBeUndefined()
    succeed('answer')
    await untilSettled()
    expect(known.find('q:1', 1)).toEqual(Buffer.from('answer'))
    expect(known.find('q:1', 2)).toBeUndefined()
  })

  test('forgets a batch that failed', async () => {
    const known = new KnownBatches(10_000)
    const { answer, fail } = pending()
    known.run('q:1', 1, answer)
    fail(new Error('not yet'))
    await untilSettled()
    expect(known.find('q:1', 1)).toBeUndefined()
  })

  test('of two that run under one id joins the later one, and has both answers afterwards', async () => {
    const known = new KnownBatches(10_000)
    const [earlier, later] = [pending(), pending()]
    known.run('q:1', 1, earlier.answer)
    known.run('q:1', 2, later.answer)
    earlier.succeed('earlier')
    await untilSettled()
    expect(known.find('q:1', 1)).toEqual(Buffer.from('earlier'))
    expect(known.find('q:1', 2)).toBe(later.answer)
    later.succeed('later')
    await untilSettled()
    expect(known.find('q:1', 1)).toEqual(Buffer.from('earlier'))
    expect(known.find('q:1', 2)).toEqual(Buffer.from('later'))
  })

  test('without room joins what runs, and keeps no answer', async () => {
    const known = new KnownBatches(0)
    const { answer, succeed } = pending()
    known.run('q:1', 1, answer)
    known.keep('q:2', 1, 'answer')
    expect(known.find('q:1', 1)).toBe(answer)
    succeed('answer')
    await untilSettled()
    expect(known.find('q:1', 1)).toBeUndefined()
    expect(known.find('q:2', 1)).toBeUndefined()
  })
})

function pending() {
  let succeed: (answer: AnswerBody) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const answer = new Promise<AnswerBody>((resolve, reject) => {
    succeed = resolve
    fail = reject
  })
  return { answer, succeed, fail }
}
