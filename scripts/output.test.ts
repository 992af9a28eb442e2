import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Output, printColumns } from './output.ts'

describe('Output.line()', () => {
  test('writes as fast as it is read, in order', async () => {
    const read: string[] = []
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        read.push(chunk.toString())
        setImmediate(done)
      },
    })
    const output = new Output(false, slow)
    for (const text of ['a', 'b', 'c']) expect(await output.line(text)).toBe(true)
    expect(read).toEqual(['a\n', 'b\n', 'c\n'])
  })

  test('is false once nobody reads any more', async () => {
    const gone = new Writable({
      highWaterMark: 1,
      write: (_chunk, _, done) => done(Object.assign(new Error('write'), { code: 'EPIPE' })),
    })
    const output = new Output(false, gone)
    expect(await output.line('a')).toBe(false)
    expect(await output.line('b')).toBe(false)
  })
})

describe('printColumns()', () => {
  test('makes each column as wide as its widest cell, and leaves no blanks at the end', () => {
    const lines = [
      ['a', 'long', 'x'],
      ['bbb', 's'],
      ['c', '', ''],
    ]
    expect(printColumns(lines)).toBe('a    long  x\nbbb  s\nc')
  })
})
