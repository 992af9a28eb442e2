import type { Column } from 'snowflake-sdk'
import { expect, test } from 'vitest'
import { readRaw } from './raw-cells.ts'

test('readRaw() refuses a driver without the methods that it replaces', () => {
  const column = { getIndex: () => 1, _getRowValue: () => null } as unknown as Column
  expect(() => readRaw(column)).toThrow('this version of snowflake-sdk')
})
