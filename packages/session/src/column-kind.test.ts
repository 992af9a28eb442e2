import { expect, test } from 'vitest'
import { columnKind } from './column-kind.ts'

test('a type that is new to it is text', () => {
  expect(columnKind('fixed')).toBe('NUMBER')
  expect(columnKind('vector')).toBe('VARCHAR')
})
