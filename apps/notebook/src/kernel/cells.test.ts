import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainText, shown, TestKernel } from './testing/kernel-run.ts'

let kernel: TestKernel
beforeAll(async () => {
  kernel = await TestKernel.start()
})
afterAll(() => kernel.close())

async function value(source: string): Promise<string | undefined> {
  const run = await kernel.run(source)
  expect(run.error?.traceback.join('\n')).toBeUndefined()
  return shown(run)
}

describe('TypeScript cells', () => {
  test.each([
    [
      'types',
      'const n: number = 1; type A = { a: string }; interface B extends A {} n as unknown',
      '1',
    ],
    ['an enum', 'enum Colour { Red, Green }; Colour.Green', '1'],
    ['a namespace', 'namespace Space { export const inside = 2 }; Space.inside', '2'],
    ['parameter properties', 'class P { constructor(readonly p: string) {} } new P("x").p', "'x'"],
    ['type assertions with <>', '<number>(3 as unknown)', '3'],
    ['generic arrows', 'const same = <T,>(x: T): T => x; same(4)', '4'],
    ['an object literal', '{ a: 1, b: [2] }', '{ a: 1, b: [ 2 ] }'],
    ['a block', '{ let inner = 5; inner }', '5'],
    ['the value of an if', 'if (true) { 6 } else { 7 }', '6'],
    ['the value of a loop', 'for (const i of [1, 2, 3]) i * 2', '6'],
    ['top-level await', 'const later = await Promise.resolve(8); later', '8'],
    ['await in all places', '(await Promise.resolve([9]))[0] + (await 1)', '10'],
    [
      'for await',
      'let sum = 0; for await (const n of (async function* () { yield 1; yield 2 })()) sum += n; sum',
      '3',
    ],
    [
      'destructuring',
      'const { a: [first, ...others], ...rest } = { a: [1, 2, 3], b: 4 }; [first, others, rest]',
      '[ 1, [ 2, 3 ], { b: 4 } ]',
    ],
    ['generators and labels', 'outer: for (;;) { for (;;) break outer } "out"', "'out'"],
    ['emoji before an edit', 'const s = "🦊"; const t = await s; t', "'🦊'"],
    ['bigint, -0 and NaN', '[10n, -0, NaN, null]', '[ 10n, -0, NaN, null ]'],
    ['a lone bigint', '12345678901234567890n', '12345678901234567890n'],
    ['export', 'export const exported = 1; export default exported + 1', '2'],
    ['an exported class', 'export default class Out {}; export { Out }; Out.name', "'Out'"],
    [
      'TC39 decorators',
      'function twice(f: any, _: any) { return function (this: any) { return 2 * f.call(this) } } class D { @twice m() { return 21 } } new D().m()',
      '42',
    ],
    [
      'decorators of parameters',
      'const seen: any[] = []; const inject = (_: any, __: any, i: number) => { seen.push(i) }; class L { constructor(a: number, @inject b: number) {} } seen',
      '[ 1 ]',
    ],
    [
      'using',
      'const log: string[] = []; { using r = { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { log.push("gone") } } as any } log',
      "[ 'gone' ]",
    ],
    ['a regular expression and a template', '`${/a(?<n>b)/.exec("ab")!.groups!.n}`', "'b'"],
  ])('run %s', async (_, source, expected) => {
    expect(await value(source)).toBe(expected)
  })

  test('declare anything again, whatever it was', async () => {
    for (const source of [
      'const it = 1',
      'let it = 2',
      'var it = 3',
      'function it() {}',
      'class it {}',
      'let it',
      'import it from "node:path"',
      'enum it { A }',
      'const it = 4',
    ]) {
      expect((await kernel.run(source)).status, source).toBe('ok')
    }
    expect(await value('it')).toBe('4')
    expect(await value('let it; it')).toBeUndefined()
  })

  test('see what functions of other cells do with variables', async () => {
    await kernel.run('let counter = 0; function up() { return ++counter }')
    await kernel.run('up(); counter += 10')
    expect(await value('up()')).toBe('12')
    await kernel.run('let counter = 100')
    expect(await value('up()')).toBe('101')
  })

  test('import anything anywhere, again and again', async () => {
    const source = `import path, { join as j } from 'node:path'
      import * as fs from 'node:fs'
      import fsDefault, { existsSync } from 'node:fs'
      import 'node:os'
      import type { Stats } from 'node:fs';
      [j('a', 'b'), path.sep, typeof fs.readFileSync, existsSync === fsDefault.existsSync]`
    for (let time = 0; time < 2; time += 1) {
      expect(await value(source)).toBe("[ 'a/b', '/', 'function', true ]")
    }
    expect(await value('(await import("node:path")).posix.sep')).toBe("'/'")
    expect(await value('import.meta.url')).toMatch(/^'file:\/\/.*notebook\.ipynb'$/)
    expect(await value('[__dirname, __filename, typeof require("node:os").cpus]')).toContain(
      kernel.directory,
    )
    expect(await value('import "node:fs"')).toBeUndefined()
  })

  test('import JSON with attributes', async () => {
    await writeFile(join(kernel.directory, 'data.json'), '{"deep":[1]}')
    expect(await value('import data from "./data.json" with { type: "json" }; data.deep')).toBe(
      '[ 1 ]',
    )
  })

  test('find a package that is installed while they run', async () => {
    const missing = await kernel.run('import { hello } from "late-package"')
    expect(missing.error?.name).toContain('ERR_MODULE_NOT_FOUND')
    const folder = join(kernel.directory, 'node_modules', 'late-package')
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'package.json'),
      '{"name":"late-package","exports":{"import":"./a.mjs","require":"./a.cjs"}}',
    )
    await writeFile(join(folder, 'a.mjs'), 'export const hello = "esm"')
    await writeFile(join(folder, 'a.cjs'), 'exports.hello = "cjs"')
    expect(await value('import { hello } from "late-package"; hello')).toBe("'esm'")
    expect(await value('require("late-package").hello')).toBe("'cjs'")
    const unknown = await kernel.run('import { nothing } from "late-package"')
    expect(unknown.error?.message).toBe(
      "The requested module 'late-package' has no export named 'nothing'",
    )
  })

  test('show JSX as HTML, by themselves or by React where it is imported', async () => {
    const run = await kernel.run(
      'const Hi = ({ name }: any) => <b className="x">{name}</b>; <><Hi name="a<b" /><br /></>',
    )
    expect(run.result).toEqual({ 'text/html': '<b class="x">a&lt;b</b><br>' })
    await kernel.run('var React = { createElement: (...all: any[]) => all, Fragment: "F" }')
    expect(await value('<i>x</i>')).toBe("[ 'i', null, 'x' ]")
    await kernel.run('var React = undefined')
  })

  test('may take the names of globals that the kernel needs', async () => {
    const run = await kernel.run(
      'const JSON = 1, Promise = 2, process = 3, Map = 4, Error = 5, globalThis = 6; var Array = 7',
    )
    expect(run.stderr).toContain("this takes Node's own JSON")
    expect(await value('JSON + 1')).toBe('2')
    await kernel.close()
    kernel = await TestKernel.start()
  })
})

describe('errors', () => {
  test('name the line of the cell, through other cells, without frames of the kernel', async () => {
    await kernel.run(
      'interface Shape { a: number }\n\nfunction boom(x: Shape): never {\n  const y: number = x.a\n  throw new Error(`boom ${y}`, { cause: new TypeError("below") })\n}',
      { cellId: 'one' },
    )
    const run = await kernel.run(
      'type T = 1\ntype U = 2\nconst call = async () => { await null; boom({ a: 1 }) }\nawait call()',
      { cellId: 'two' },
    )
    expect(run.status).toBe('error')
    expect(run.error).toMatchObject({ name: 'Error', message: 'boom 1' })
    const trace = plainText(run.error?.traceback.join('\n') ?? '')
    expect(trace).toMatch(/^Error: boom 1\n/)
    expect(trace).toContain('> 5 │   throw new Error')
    expect(trace).toContain('    at boom (cell:one:5:9)')
    expect(trace).toMatch(/at call \(cell:two:3:\d+\)/)
    expect(trace).toMatch(/at .*cell:two:4:\d+/)
    expect(trace).toContain('Caused by: TypeError: below')
    expect(trace).not.toMatch(/node:internal|main\.js|chunk-|\$spcs/)
  })

  test('show code and hint of a CodedError', async () => {
    const run = await kernel.run(
      'throw Object.assign(new Error("Cannot go"), { name: "GoError", code: "GO_FAILED", hint: "Try again" })',
    )
    expect(run.error?.name).toBe('GoError [GO_FAILED]')
    expect(plainText(run.error?.traceback.join('\n') ?? '')).toContain('→ Try again')
  })

  test.each([
    ['throw "text"', 'Uncaught', "'text'"],
    ['throw { a: 1 }', 'Uncaught', '{ a: 1 }'],
    ['throw undefined', 'Uncaught', 'undefined'],
    [
      'Promise.reject(new RangeError("r")); await Promise.reject(new RangeError("r"))',
      'RangeError',
      'r',
    ],
    ['const deep = () => deep(); deep()', 'RangeError', 'Maximum call stack size exceeded'],
    ['throw new Proxy({}, { get() { throw 1 } })', 'Uncaught', '{}'],
    ['missing.thing', 'ReferenceError', 'missing is not defined'],
  ])('report %s', async (source, name, message) => {
    expect((await kernel.run(source)).error).toMatchObject({ name, message })
  })

  test('show where a cell does not parse', async () => {
    const run = await kernel.run('const a = 1\nlet x: = 3', { cellId: 'bad' })
    expect(run.error).toMatchObject({ name: 'SyntaxError', message: 'Unexpected token' })
    const trace = plainText(run.error?.traceback.join('\n') ?? '')
    expect(trace).toContain('> 2 │ let x: = 3\n    │        ^')
    expect(trace).toContain('at cell:bad:2:8')
    expect((await kernel.run('`${')).status).toBe('error')
    expect((await kernel.run('return 1')).error?.message).toContain('return')
    const late = await kernel.run('const re = 1\nvar x = /(/', { cellId: 'late' })
    expect(plainText(late.error?.traceback.join('\n') ?? '')).toContain('cell:late:2')
  })

  test('survive values that cannot be shown', async () => {
    expect(
      shown(
        await kernel.run(
          '({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("no") } })',
        ),
      ),
    ).toContain('cannot be printed')
    expect(
      (
        await kernel.run(
          'new Proxy({}, { get() { throw new Error("trap") }, ownKeys() { throw 1 } })',
        )
      ).status,
    ).toBe('ok')
    expect(
      (await kernel.run('Object.freeze(Object.prototype); Object.freeze(Array.prototype); 1'))
        .status,
    ).toBe('ok')
    expect(await value('[1].map((x) => x + 1)')).toBe('[ 2 ]')
  })

  test('outside of a cell are printed and end nothing', async () => {
    const run = await kernel.run(
      'setTimeout(() => {\n  throw new Error("late")\n}); Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 30))',
      { cellId: 'outside' },
    )
    expect(run.status).toBe('ok')
    expect(plainText(run.stderr)).toContain('Uncaught Error: late')
    expect(plainText(run.stderr)).toContain('cell:outside:2:9')
    expect(plainText(run.stderr)).toContain('Uncaught Error: lost')
    expect(
      (await kernel.run('console.log(new Error("printed").stack)', { cellId: 'printed' })).stdout,
    ).toContain('cell:printed:1:13')
  })
})
