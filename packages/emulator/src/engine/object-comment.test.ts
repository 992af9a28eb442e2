import { expect, test } from 'vitest'
import { printObjectComment, readObjectComment } from './object-comment.ts'

test('readObjectComment() reads what printObjectComment() wrote', () => {
  const comment = { comment: 'ü', type: 'VARCHAR(10)', owner: 'R' }
  expect(readObjectComment(printObjectComment(comment))).toEqual(comment)
})

test('readObjectComment() takes any other text for the user comment', () => {
  expect(readObjectComment('hello')).toEqual({ comment: 'hello' })
  expect(readObjectComment(null)).toEqual({})
})
