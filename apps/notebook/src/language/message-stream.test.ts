import { expect, test } from 'vitest'
import { encodeMessage, MessageReader } from './message-stream.ts'

test('MessageReader reads messages wherever chunks are cut, also within a character', () => {
  const messages = [{ text: 'größer 🙂' }, { id: 2 }, { text: 'x'.repeat(500) }]
  const bytes = Buffer.concat(messages.map(encodeMessage))
  for (const size of [1, 7, 64, bytes.length]) {
    const reader = new MessageReader()
    const read: unknown[] = []
    for (let at = 0; at < bytes.length; at += size) {
      read.push(...reader.read(bytes.subarray(at, at + size)))
    }
    expect(read).toEqual(messages)
  }
})

test('MessageReader refuses what is no message', () => {
  expect(() => new MessageReader().read(Buffer.from('X-Other: 1\r\n\r\n{}'))).toThrow(SyntaxError)
})
