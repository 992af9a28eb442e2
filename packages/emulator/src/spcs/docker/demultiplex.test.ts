import { expect, test } from 'vitest'
import { demultiplex } from './demultiplex.ts'

test('demultiplex() puts together what was cut anywhere', () => {
  const text = Buffer.from('Größe 🌡\n')
  const whole = Buffer.concat([
    frame(1, text.subarray(0, 4)), // in the middle of a letter
    frame(2, Buffer.from('trouble\n')),
    frame(1, text.subarray(4)),
    frame(1, Buffer.alloc(0)),
  ])
  for (let size = 1; size <= whole.length; size++) {
    const printed = { stdout: '', stderr: '' }
    const take = demultiplex((stream, piece) => (printed[stream] += piece))
    for (let at = 0; at < whole.length; at += size) take(whole.subarray(at, at + size))
    expect(printed).toEqual({ stdout: 'Größe 🌡\n', stderr: 'trouble\n' })
  }
})

function frame(stream: number, content: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(content.length, 4)
  return Buffer.concat([header, content])
}
