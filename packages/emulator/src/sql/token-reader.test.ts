import { describe, expect, test } from 'vitest'
import { TokenReader } from './token-reader.ts'

const readers = (reader: TokenReader) => ({
  A: () => reader.integer(),
  B: () => reader.boolean(),
  C: () => reader.scalar(),
})

describe('TokenReader', () => {
  test('reads names as stored', () => {
    const reader = new TokenReader('db."My Schema".t db..t')
    expect(reader.name()).toEqual(['DB', 'My Schema', 'T'])
    expect(reader.name()).toEqual(['DB', 'PUBLIC', 'T'])
  })

  test('reads properties in any order, each once', () => {
    const reader = new TokenReader("C = 'x', b = 'true' A = -3 rest")
    expect(reader.properties(readers(reader))).toEqual({ A: -3, B: true, C: 'x' })
    expect(reader.rest()).toBe('rest')
    const twice = new TokenReader('A = 1 A = 2')
    expect(() => twice.properties(readers(twice))).toThrow("unexpected 'A'")
  })

  test('is done at the last semicolon', () => {
    const reader = new TokenReader('USE d;')
    reader.words('USE')
    expect(reader.done).toBe(false)
    reader.identifier()
    expect(reader.done).toBe(true)
    reader.end()
  })

  test('is not done at a semicolon that more follows', () => {
    const reader = new TokenReader('; x')
    expect(() => reader.end()).toThrow("unexpected ';', expected the end of the statement")
  })

  test('reads no more of a long text than it needs', () => {
    const reader = new TokenReader(`CREATE TABLE t ${'x '.repeat(10)} 'open`)
    reader.words('CREATE', 'TABLE')
    expect(reader.identifier()).toBe('T')
    expect(() => reader.rest()).toThrow("unexpected ''', which does not end")
  })

  test('says where it is stuck', () => {
    const reader = new TokenReader('USE\n  1')
    reader.words('USE')
    expect(() => reader.identifier('a name')).toThrow(
      expect.objectContaining({
        code: '001003',
        line: 2,
        position: 3,
        message:
          "SQL compilation error:\nsyntax error line 2 at position 2 unexpected '1', expected a name.",
      }),
    )
    expect(() => new TokenReader('').word()).toThrow("unexpected '<EOF>'")
  })

  test('reads stage locations, bare and in quotes', () => {
    const reader = new TokenReader("@db.s.stage/a.b '@s/with space' 'no'")
    expect(reader.stageLocation()).toBe('@db.s.stage/a.b')
    expect(reader.stageLocation()).toBe('@s/with space')
    expect(() => reader.stageLocation()).toThrow('a stage location')
  })
})
