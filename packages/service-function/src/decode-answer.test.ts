import { RawJson } from '@spcs/sql'
import { describe, expect, test } from 'vitest'
import { decodeAnswer } from './decode-answer.ts'

describe('decodeAnswer()', () => {
  test.each<[string, unknown]>([
    ['12345678901234567890123456789012345678', 12345678901234567890123456789012345678n],
    ['-9007199254740993', -9007199254740993n],
    [
      '1234567890123456789012345678.0123456789',
      new RawJson('1234567890123456789012345678.0123456789'),
    ],
    ['62.599999999999994', 62.599999999999994],
    ['-0.0', -0],
    ['{"id":[9007199254740993]}', { id: [9007199254740993n] }],
    ['"12345678901234567890"', '12345678901234567890'],
    ['null', null],
  ])('keeps what a service wrote: %s', async (json, value) => {
    expect(await decodeAnswer(answer(`{"data":[[0,${json}]]}`), 1)).toEqual([value])
  })

  test.each(['12345678901234567890', '0.12345678901234567891'])(
    'refuses the row number %s',
    async (row) => {
      await expect(decodeAnswer(answer(`{"data":[[${row},1]]}`), 1)).rejects.toMatchObject({
        code: 'BATCH_MALFORMED',
        message: `Cannot read answer of the service: its row 0 has the row number ${row}`,
      })
    },
  )
})

function answer(body: string): Parameters<typeof decodeAnswer>[0] {
  return { status: 200, headers: {}, body: Buffer.from(body) }
}
