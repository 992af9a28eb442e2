import { hash } from 'node:crypto'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { defineServiceFunction, type ServiceFunction } from './define-service-function.ts'
import { describePage, DESCRIBE_PAGE_POLICY } from './describe-page.ts'

const base = { name: 'f', path: '/f', arguments: { x: 'FLOAT' }, returns: 'FLOAT' } as const
const F = defineServiceFunction({ ...base, handler: (x) => x })

function page(...functions: readonly ServiceFunction[]): string {
  return describePage(functions, { documentPath: '/openapi.json' })('http://localhost:9090')
}

/** What stands between a tag and its end, first of all such tags. */
function inside(tag: string, html: string): string {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html)?.[1] ?? ''
}

describe('describePage()', () => {
  test('shows what comes from a definition as text, whatever it holds', () => {
    const evil = '</script><img src=x onerror="alert(1)">\'&'
    const hostile = defineServiceFunction({
      ...base,
      name: `"${evil.replaceAll('"', '')}"`,
      arguments: { [`"${evil.replaceAll('"', '')}"`]: 'VARCHAR' },
      comment: evil,
      handler: () => 0,
    })
    const options = { title: evil, endpoint: evil, documentPath: '/openapi.json' }
    const html = describePage([hostile], options)(`http://${evil}`)
    const plain = page(
      defineServiceFunction({
        ...base,
        arguments: { x: 'VARCHAR' },
        comment: 'c',
        handler: () => 0,
      }),
    )
    expect(tagsOf(html)).toEqual(tagsOf(plain))
    expect(html).toContain(
      '&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#38;',
    )
  })

  test('runs the one script and has the one style that its policy allows', () => {
    const html = page(F)
    const allowed = (tag: string): string =>
      `${tag}-src 'sha256-${hash('sha256', inside(tag, html), 'base64')}'`
    expect(DESCRIBE_PAGE_POLICY).toContain(allowed('script'))
    expect(DESCRIBE_PAGE_POLICY).toContain(allowed('style'))
    expect(html.match(/<script|<style| style=| on\w+=/g)).toEqual(['<style', '<script'])
    expect(() => new Script(inside('script', html))).not.toThrow()
  })

  test('has addresses of the service alone', () => {
    const addresses = [...page(F).matchAll(/ (?:href|src|data-path)="([^"]*)"/g)]
    expect(addresses.map(([, address]) => address)).toEqual(['data:,', '/openapi.json', '/f'])
  })

  test('shows a request, and the form of its answer without an invented result', () => {
    const html = page(F)
    expect(html).toContain('<code>{&#34;data&#34;: [\n  [0,12.5],\n  [1,19]\n]}</code>')
    expect(html).toContain('<code>{&#34;data&#34;: [\n  [0,FLOAT],\n  [1,FLOAT]\n]}</code>')
  })

  test("has each function's SQL, types and properties", () => {
    const many = defineServiceFunction({
      name: 'many',
      path: '/many',
      arguments: { id: 'NUMBER', price: 'NUMBER(5,2)', raw: 'BINARY', what: 'VARIANT' },
      returns: 'NUMBER(38,10)',
      nullHandling: 'called-on-null-input',
      vectorized: true,
      longRunning: true,
      maxBatchRows: 9,
      contextHeaders: ['CURRENT_USER'],
      handler: ({ id }) => id.map(() => null),
    })
    const html = page(F, many)
    expect([...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, item]) => item)).toEqual([
      '<a href="#function-1">F</a>',
      '<a href="#function-2">MANY</a>',
      'POST /f',
      'NULL in, NULL out',
      'POST /many',
      'called on NULL',
      'at most 9 rows at once',
      'vectorized',
      'long-running',
      'needs CURRENT_USER',
    ])
    expect([...html.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => textOf(row))).toEqual([
      'Argument SQL TypeScript NULL',
      'X FLOAT number answers NULL',
      'Result FLOAT number | null is null',
      'Argument SQL TypeScript NULL',
      'ID NUMBER readonly (bigint | null)[] is null',
      'PRICE NUMBER(5,2) readonly (number | null)[] is null',
      'RAW BINARY readonly (Uint8Array | null)[] is null',
      'WHAT VARIANT readonly unknown[] is null',
      'Result NUMBER(38,10) readonly (string | number | null)[] is null',
    ])
    expect(html).toContain('CREATE FUNCTION MANY (ID NUMBER, PRICE NUMBER(5,2), ')
  })

  test('has commands that a shell takes word by word', () => {
    const who = defineServiceFunction({
      ...base,
      arguments: { x: 'VARCHAR' },
      longRunning: true,
      contextHeaders: ['CURRENT_USER'],
      handler: () => 0,
    })
    const html = describePage([who], { documentPath: '/openapi.json' })("http://it's")
    const commands = [...html.matchAll(/<pre><code>(.*?)<\/code>/gs)].map(([, code]) => code)
    expect(unescape(commands[1] ?? '')).toBe(
      String.raw`curl 'http://it'\''s/f' \
  -H 'content-type: application/json' \
  -H 'sf-external-function-query-batch-id: by-hand-1' \
  -H 'sf-context-current-user: DEVELOPER' \
  -d '{"data":[[0,"Leeds"],[1,"Oxford"]]}'

curl 'http://it'\''s/f' \
  -H 'sf-external-function-query-batch-id: by-hand-1'`,
    )
  })
})

function tagsOf(html: string): readonly string[] {
  return [...html.matchAll(/<\/?(\w+)/g)].map(([tag]) => tag)
}

function textOf(html: string): string {
  return unescape(
    html
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
}

function unescape(html: string): string {
  return html.replaceAll(/&#(\d+);/g, (_sign, code) => String.fromCodePoint(Number(code)))
}
