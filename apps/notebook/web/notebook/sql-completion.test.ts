import { describe, expect, test } from 'vitest'
import type { Catalogue } from '../../src/kernel/kernel.ts'
import { namedDatabases, sqlOffers } from './sql-completion.ts'
import { sqlPlace } from './sql-scope.ts'

const CATALOGUE: Catalogue = {
  database: 'DB',
  schema: 'PUBLIC',
  databases: ['DB', 'SALES'],
  tables: [
    {
      database: 'DB',
      schema: 'PUBLIC',
      name: 'WEATHER',
      kind: 'TABLE',
      columns: [
        { name: 'TEMP_C', type: 'FLOAT' },
        { name: 'Place of it', type: 'VARCHAR' },
      ],
    },
    {
      database: 'DB',
      schema: 'RAW',
      name: 'WIND',
      kind: 'VIEW',
      columns: [{ name: 'SPEED', type: 'NUMBER(38,0)' }],
    },
    {
      database: 'SALES',
      schema: 'PUBLIC',
      name: 'ORDERS',
      kind: 'TABLE',
      columns: [{ name: 'AMOUNT', type: 'NUMBER(38,2)' }],
    },
  ],
}

/** What is offered at the | of a text. */
function offered(text: string): readonly string[] {
  const offset = text.indexOf('|')
  const place = sqlPlace(text.slice(0, offset) + text.slice(offset + 1), offset)
  return place.kind === 'word'
    ? sqlOffers(place, CATALOGUE).map(({ label }) => label)
    : [place.kind]
}

describe('sqlOffers()', () => {
  test.each([
    ['select * from |', ['WEATHER', 'PUBLIC', 'RAW', 'DB', 'SALES']],
    ['select * from we|', ['WEATHER']],
    ['select * from a, w|', ['WEATHER']],
    ['select * from raw.|', ['WIND']],
    ['select * from db.|', ['PUBLIC', 'RAW']],
    ['select * from db.raw.w|', ['WIND']],
    ['select * from sales.|', ['PUBLIC']],
    ['select * from sales.public.|', ['ORDERS']],
    ['select * from public.o|', []],
    ['select a| from sales.public.orders', ['AMOUNT']],
    ['select o.| from sales.public.orders o', ['AMOUNT']],
    ['select am| from public.orders', []],
    ['select te| from weather', ['TEMP_C']],
    ['select w.| from weather w where 1 = 1', ['TEMP_C', 'Place of it']],
    ['select w.| from weather as "w"', []],
    ['select weather.t| from weather', ['TEMP_C']],
    ['select x.| from (select 1) y join raw.wind x on x.speed = 1', ['SPEED']],
    ['select "pl|" from weather', ['Place of it']],
    ['desc |', ['WEATHER', 'PUBLIC', 'RAW', 'DB', 'SALES']],
    ['select 1 from weather order by temp_c desc te|', ['TEMP_C']],
    [
      'select 1 from weather; select sp| from raw.wind',
      ['SPEED', 'SPLIT', 'SPLIT_PART', 'SPLIT_TO_TABLE'],
    ],
    ['select temp_c|', []],
    ['update weather set te| = 1', ['TEMP_C']],
    ['insert into we|', ['WEATHER']],
    ["select 'we|'", ['none']],
    ['select 1 -- we|', ['none']],
    ['create function f() as $$ we| $$', ['none']],
    ['select ${we|}', ['expression']],
    ['select ${we|', ['expression']],
    ['select ${a} from we|', ['WEATHER']],
  ])('%s', (text, labels) => {
    expect(offered(text)).toEqual(labels)
  })
})

describe('namedDatabases()', () => {
  test.each([
    ['select * from a.b.c join d.e.f join g.h on ', ['A', 'D']],
    ['select * from sales.', ['SALES']],
    ['select * from t', []],
  ])('%s', (text, names) => {
    expect(namedDatabases(sqlPlace(text, text.length))).toEqual(names)
  })

  test('asks for no more than the server takes', () => {
    const tables = Array.from({ length: 200 }, (_, n) => `d${n}.s.t`).join(', ')
    const text = `select * from ${tables} where `
    expect(namedDatabases(sqlPlace(text, text.length))).toHaveLength(50)
  })
})
