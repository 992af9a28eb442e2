import { describe, expect, test } from 'vitest'
import { parseLoadFigures, rowsPerSecond } from './load-figures.ts'

const good = { answers: 300, seconds: 1.5, refused: 0, broken: 0 }

describe('parseLoadFigures()', () => {
  test('reads the last line', () => {
    expect(
      parseLoadFigures(`Running 1s test @ http://127.0.0.1:9090/
  1 threads and 8 connections
Requests/sec:    200.00

{"answers":300,"seconds":1.500000,"refused":0,"broken":0}
`),
    ).toEqual(good)
  })

  test('shows what came instead', () => {
    expect(() => parseLoadFigures('unable to connect\n')).toThrow('"unable to connect"')
  })
})

describe('rowsPerSecond()', () => {
  test('counts the rows of all answers', () => {
    expect(rowsPerSecond('a server', 100, good)).toBe(20_000)
  })

  test.each([{ refused: 1 }, { broken: 1 }])('refuses %j', (bad) => {
    expect(() => rowsPerSecond('a server', 100, { ...good, ...bad })).toThrow(
      'a server at batches of 100',
    )
  })
})
