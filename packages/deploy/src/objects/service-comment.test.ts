import { describe, expect, test } from 'vitest'
import { parseServiceComment, printServiceComment, type ServiceComment } from './service-comment.ts'

const current = { file: '@DB.S.SPECS/api/00.yaml', using: { image: '/db/s/r/api:sha-1' } }
const previous = { file: '@DB.S.SPECS/api/01.yaml', using: { image: "it's [a] {mess} ]" } }

describe('printServiceComment()', () => {
  test.each<ServiceComment>([
    { text: '' },
    { text: 'Converts\ntemperatures [for all]' },
    { text: '', current },
    { text: "It's [spcs] by name", current, previous },
  ])('$text comes back', (comment) => {
    expect(parseServiceComment(printServiceComment(comment))).toEqual(comment)
  })

  test('keeps to a bounded length: the text first, then what runs', () => {
    const using = { image: 'x'.repeat(3000) }
    const long = { text: 'a', current, previous: { file: 'b', using } }
    expect(parseServiceComment(printServiceComment(long))).toEqual(long)
    const longer = { ...long, current: { file: 'c', using } }
    expect(parseServiceComment(printServiceComment(longer))).toEqual({
      text: 'a',
      current: longer.current,
    })
  })
})

describe('parseServiceComment()', () => {
  test.each(['[spcs {"current":]', '[spcs {"current":{"file":1}}]'])(
    'finds no record in %s',
    (comment) => {
      expect(parseServiceComment(comment).current).toBeUndefined()
    },
  )
})
