import { describe, expect, test } from 'vitest'
import { logger as vegaLogger, parse, type Spec, View } from 'vega'
import { safeExpressions } from './safe-expressions.ts'
import { plainEvent } from './safe-values.ts'

const TABLE = {
  name: 'table',
  values: [
    { name: 'a', size: 3, tags: ['x', 'y'] },
    { name: 'b', size: -1, tags: [] },
  ],
}

/** What an expression comes to, in our evaluator. */
async function evaluate(expression: string, spec: Partial<Spec> = {}): Promise<unknown> {
  const view = await run({
    data: [TABLE],
    ...spec,
    signals: [...(spec.signals ?? []), { name: 'result', update: expression }],
  })
  return view.signal('result') as unknown
}

/** @throws Error what Vega would log. */
async function run(spec: Spec): Promise<View> {
  const errors: unknown[] = []
  const runtime = parse(spec, {}, { ast: true })
  const logger = Object.assign(vegaLogger(0), {
    error: (...said: unknown[]) => {
      errors.push(said[0])
      return logger
    },
  })
  const view = new View(runtime, { renderer: 'none', expr: safeExpressions, logger })
  await view.runAsync()
  if (errors.length > 0) throw errors[0]
  return view
}

describe('expressions', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3 - 4 / 2 % 3', 5],
    ['"a" + 1 + true', 'a1true'],
    ['(5 & 3) | (8 ^ 2) << 1 >> 1 >>> 0', 11],
    ['-"3" + +"4" - ~1', 3],
    ['!0 && "yes" || "no"', 'yes'],
    ['null == 0 ? 1 : 2', 2],
    ['if(1 < 2, "less", copy("x"))', 'less'],
    ['[1, "b", {c: 3}]', [1, 'b', { c: 3 }]],
    ['{a: {"b c": [4]}}.a["b c"][0]', 4],
    ['data("table")[1].name', 'b'],
    ['data("table")[0].tags.length + "xy".length + "xy"[1]', '4y'],
    ['length(pluck(data("table"), "name"))', 2],
    ['upper(trim(" ab ")) + lower("C") + substring("hello", 1, 3)', 'ABcel'],
    ['join(reverse(split("a,b,c", ",")), "")', 'cba'],
    ['indexof("abc", "c") + lastindexof([1, 2, 1], 1)', 4],
    ['replace("a1b1", /1/g, "-")', 'a-b-'],
    ['test(/b+/, "abb") && test(regexp("^A", "i"), "abb")', true],
    ['slice([1, 2, 3], 1)', [2, 3]],
    ['clamp(9, 0, 5) + max(1, 2) + round(2.4) + hypot(3, 4)', 14],
    ['year(datetime(2024, 1, 29)) * 100 + month(datetime("2024-03-05T12:00:00"))', 202402],
    ['utcyear(utc(2020, 5)) + utcmonth(utc(2020, 5))', 2025],
    ['format(1234.5, ",.2f") + timeFormat(datetime(2024, 0, 5), "%Y-%m-%d")', '1,234.502024-01-05'],
    ['floor(PI * 100) + LN2 * 0', 314],
    ['isNaN(NaN) && isValid("") && !isValid(null) && isArray([]) && isString("")', true],
    ['toNumber("4") + toString(5) + toBoolean("x")', '45true'],
    ['merge({a: 1}, {b: 2})', { a: 1, b: 2 }],
    ['extent([3, 1, 2])', [1, 3]],
    ['atob(btoa("é")) + encodeURIComponent("a b")', 'éa%20b'],
    ['rgb(255, 0, 0)', 'rgb(255, 0, 0)'],
    ['data("table")[7].name', undefined],
  ])('%s → %j', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected)
  })

  test('place marks by edges and centres', async () => {
    const view = await run({
      data: [TABLE],
      scales: [{ name: 'x', domain: [0, 10], range: [0, 100] }],
      marks: [
        {
          type: 'rect',
          from: { data: 'table' },
          encode: {
            enter: {
              x: { scale: 'x', value: 0 },
              x2: { scale: 'x', field: 'size' },
              yc: { value: 50 },
              height: { value: 10 },
              fill: { signal: 'datum.size < 0 ? "red" : "blue"' },
            },
          },
        },
      ],
    })
    const { items } = (view.scenegraph() as unknown as { root: { items: unknown[] } }).root
      .items[0] as { items: { items: object[] }[] }
    expect(items[0]?.items).toMatchObject([
      { x: 0, width: 30, y: 45, height: 10, fill: 'blue' },
      { x: -10, width: 10, y: 45, height: 10, fill: 'red' },
    ])
  })
})

describe('hostile expressions', () => {
  test('change no prototype', async () => {
    const attempts = [
      'merge({}.constructor.prototype, {polluted: 1})',
      'modify("table", null, null, null, {}.__proto__, {polluted: 1})',
    ]
    await Promise.all(attempts.map((attempt) => evaluate(attempt)))
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test.each([
    ['"".constructor'],
    ['[].constructor.constructor'],
    ['{}.constructor'],
    ['{}.__proto__'],
    ['{}["__pro" + "to__"]'],
    ['data("table")[0].constructor'],
    ['data("table").map'],
    ['"a".toUpperCase'],
    ['/a/.exec'],
    ['pluck(data("table"), "con" + "structor")[0]'],
    ['merge({}, {}).constructor'],
    ['datetime(2024, 0).getTime'],
  ])('%s is nothing', async (expression) => {
    expect(await evaluate(expression)).toBeUndefined()
  })

  test.each([
    ['screen()'],
    ['setdata("table", [])'],
    ['view()'],
    ['copy("x")'],
    ['constructor()'],
    ['toLocaleString()'],
    ['__defineGetter__("a")'],
    ['context()'],
    ['{"__proto__": {a: 1}}.a'],
    ['{toString: 1}'],
  ])('%s is refused', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow(
      /no function|Unrecognized|Illegal|Cannot|called on null/,
    )
  })

  test('fields lead to data alone, in transforms too', async () => {
    const fields = [
      'constructor',
      'constructor.constructor',
      'name.constructor',
      '__proto__',
      'tags.map',
    ]
    const view = await run({
      data: [
        {
          ...TABLE,
          transform: [{ type: 'project', fields, as: ['a', 'b', 'c', 'd', 'e'] }],
        },
      ],
    })
    const found = (view.data('table') as Record<string, unknown>[]).map((tuple) =>
      Object.fromEntries(Object.entries(tuple)),
    )
    expect(found).toEqual(
      [{}, {}].map(() =>
        Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, undefined])),
      ),
    )
  })

  test('modify() sets no field of what is there', async () => {
    const view = await run({
      data: [TABLE],
      signals: [
        {
          name: 'once',
          update: 'modify("table", null, null, null, data("table")[0], {name: "changed"})',
        },
      ],
    })
    await view.runAsync()
    expect(view.data('table')).toMatchObject([{ name: 'a' }, { name: 'b' }])
  })
})

test('an event is plain data, from which nothing leads to the page', () => {
  const target = { ownerDocument: { defaultView: globalThis } }
  const event = Object.assign(Object.create({ clientX: 7, view: globalThis }) as object, {
    type: 'click',
    target,
    currentTarget: target,
    dataflow: {},
    vega: { view: () => ({}) },
    item: { mark: { name: 'm' } },
    touches: [{ clientX: 1, target }],
    key: { toString: () => 'x' },
  })
  expect(plainEvent(event)).toEqual({
    type: 'click',
    clientX: 7,
    item: { mark: { name: 'm' } },
    touches: [{ clientX: 1 }],
  })
})
