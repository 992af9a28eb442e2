import { afterEach, describe, expect, test } from 'vitest'
import { rememberColumns } from '../results/result-columns.ts'
import { inspectVariable } from './inspect-variable.ts'
import { listVariables } from './list-variables.ts'

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'looked')
})

function look(value: unknown, path: readonly string[] = [], offset = 0) {
  Object.defineProperty(globalThis, 'looked', { value, configurable: true })
  return inspectVariable('looked', path, offset)
}

describe('inspectVariable()', () => {
  test('gives properties, elements and entries, and the keys that lead inside', () => {
    const tag = Symbol('tag')
    const value = {
      a: [1, { deep: true }],
      m: new Map([['k', { v: 1 }]]),
      s: new Set(['x']),
      [tag]: 2,
    }
    expect(look(value).map(({ name, type, key }) => [name, type, key])).toEqual([
      ['a', 'Array(2)', '.a'],
      ['m', 'Map(1)', '.m'],
      ['s', 'Set(1)', '.s'],
      ['Symbol(tag)', 'number', null],
    ])
    expect(look(value, ['.a']).map(({ name, preview }) => [name, preview])).toEqual([
      ['0', '1'],
      ['1', '{ deep: true }'],
    ])
    expect(look(value, ['.a', '#1'])).toMatchObject([{ name: 'deep', preview: 'true', key: null }])
    expect(look(value, ['.m'])).toMatchObject([{ name: "'k'", key: '=0' }])
    expect(look(value, ['.m', '=0'])).toMatchObject([{ name: 'v', preview: '1' }])
    expect(look(value, ['.s'])).toMatchObject([{ name: '0', preview: "'x'" }])
  })

  test('gives 200 at a time, of arrays with holes and more properties, too', () => {
    const value: unknown[] & { extra?: number } = Array.from({ length: 450 }, (_, index) => index)
    value.extra = 7
    Reflect.deleteProperty(value, 3)
    expect(look(value)).toHaveLength(200)
    expect(look(value)[3]).toMatchObject({ type: 'undefined' })
    const last = look(value, [], 400)
    expect(last.map(({ name }) => name).slice(-2)).toEqual(['449', 'extra'])
    expect(last).toHaveLength(51)
    expect(look(new Uint8Array(1000), [], 999)).toMatchObject([{ name: '999', preview: '0' }])
  })

  test('calls nothing: no getter, no trap, no method', () => {
    const called: string[] = []
    const value = {
      get seen() {
        called.push('getter')
        return 1
      },
      proxy: new Proxy(
        {},
        {
          ownKeys: () => {
            called.push('trap')
            return []
          },
        },
      ),
      map: Object.assign(new Map([[1, 2]]), {
        entries: () => {
          called.push('method')
        },
      }),
    }
    expect(look(value).map(({ name, type, key }) => [name, type, key])).toEqual([
      ['seen', 'accessor', null],
      ['proxy', 'Proxy', null],
      ['map', 'Map(1)', '.map'],
    ])
    expect(look(value, ['.proxy'])).toEqual([])
    expect(look(value, ['.map'])[0]).toMatchObject({ name: '1', preview: '2' })
    expect(called).toEqual([])
  })

  test('is empty for what is not there any more', () => {
    expect(inspectVariable('nothing_of_this_name', ['.a', '#1'], 0)).toEqual([])
    expect(look({ a: 1 }, ['.b', '=2'])).toEqual([])
  })
})

describe('listVariables()', () => {
  test('shows the columns of a result, and sizes', () => {
    const rows = [{ A: 1 }]
    rememberColumns(rows, [{ name: 'A', type: 'NUMBER', nullable: false }])
    look(rows)
    expect(listVariables(['looked'])).toEqual([
      { name: 'looked', type: 'Rows(1)', preview: 'A NUMBER', size: 1 },
    ])
    look(new ArrayBuffer(12))
    expect(listVariables(['looked'])).toMatchObject([{ size: 12 }])
  })
})
