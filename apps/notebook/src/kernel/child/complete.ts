import type { Runtime } from 'node:inspector'
import type { CellLanguage, Completion } from '../kernel.ts'
import type { MainInspector } from './main-inspector.ts'

type Item = Completion['items'][number]

const MAX_ITEMS = 500

/** What may follow at an offset: properties of live values, else globals and keywords. Nothing is run that has effects. */
export async function complete(
  inspector: MainInspector,
  source: string,
  offset: number,
  language: CellLanguage,
): Promise<Completion> {
  const before = source.slice(0, offset)
  const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(before)?.[0] ?? ''
  const from = offset - word.length
  const head = before.slice(0, from)
  const code = language === 'sql' ? expressionHead(head) : head
  // The page knows SQL itself, also without a kernel.
  const items = code === undefined ? [] : await typescriptItems(inspector, code)
  const wanted = word.toLowerCase()
  const found = items
    .filter(({ label }) => label.toLowerCase().startsWith(wanted))
    .toSorted((a, b) => rank(a, word) - rank(b, word) || (a.label < b.label ? -1 : 1))
  return { from, to: offset, items: found.slice(0, MAX_ITEMS) }
}

/** The TypeScript before the end of a text of SQL; undefined outside of `${…}`. */
function expressionHead(sql: string): string | undefined {
  const start = sql.lastIndexOf('${')
  const code = sql.slice(start + 2)
  const depth = code.split('{').length - code.split('}').length
  return start === -1 || depth < 0 ? undefined : code
}

/** Same case first, then names that people write before those with underscores. */
function rank({ label }: Item, word: string): number {
  return (label.startsWith(word) ? 0 : 2) + (label.startsWith('_') ? 1 : 0)
}

async function typescriptItems(inspector: MainInspector, head: string): Promise<Item[]> {
  try {
    if (/\d$/.test(head)) return [] // a number goes on
    const dot = /\??\.\s*$/.exec(head)
    if (dot === null) return await globalItems(inspector)
    const expression = trailingExpression(head.slice(0, dot.index))
    return expression === '' ? [] : await propertyItems(inspector, expression)
  } finally {
    inspector.releaseObjects()
  }
}

async function propertyItems(inspector: MainInspector, expression: string): Promise<Item[]> {
  const { result, exceptionDetails } = await inspector.evaluate(`(${expression})`, {
    throwOnSideEffect: true,
  })
  if (exceptionDetails !== undefined) return []
  let objectId = result.objectId
  if (objectId === undefined) {
    // A primitive has the properties of its wrapper.
    const wrapped = await inspector.evaluate(`Object(${expression})`, { throwOnSideEffect: true })
    objectId = wrapped.result.objectId
  }
  return objectId === undefined ? [] : named(await inspector.properties(objectId))
}

async function globalItems(inspector: MainInspector): Promise<Item[]> {
  const { result } = await inspector.evaluate('globalThis', { throwOnSideEffect: true })
  const properties =
    result.objectId === undefined ? [] : named(await inspector.properties(result.objectId))
  const lexical = (await inspector.lexicalNames()).map((label) => ({ label, kind: 'variable' }))
  const keywords = KEYWORDS.map((label) => ({ label, kind: 'keyword' }))
  const variables = properties.map((item) =>
    item.kind === 'property' ? { ...item, kind: 'variable' } : item,
  )
  return [...lexical, ...variables, ...keywords]
}

function named({ result }: Runtime.GetPropertiesReturnType): Item[] {
  const items = new Map<string, Item>()
  for (const { name, value, symbol } of result) {
    const isWord = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    if (symbol !== undefined || !isWord || name.startsWith('$spcs') || name.startsWith('__'))
      continue
    items.set(name, { label: name, kind: kindOf(value) })
  }
  return [...items.values()]
}

function kindOf(value: Runtime.RemoteObject | undefined): string {
  if (value?.type !== 'function') return 'property'
  return value.description?.startsWith('class') === true ? 'class' : 'function'
}

/** The expression that ends a text: `f(x, a.b[0]` → `a.b[0]`. Calls are left out: they have effects. */
function trailingExpression(text: string): string {
  let at = text.length
  for (;;) {
    const before = text.slice(0, at)
    const last = before.at(-1)
    if (last === ']' || last === ')') {
      const open = openingBracket(before)
      if (open === undefined) return ''
      at = open
      if (!/[\w$\])]$/.test(text.slice(0, at))) break
      continue
    }
    const quoted = /(?:'[^'\n]*'|"[^"\n]*"|`[^`$]*`)$/.exec(before)
    if (quoted !== null) {
      at = quoted.index
      break
    }
    const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(before)
    if (word === null) break
    at = word.index
    const dot = /\??\.\s*$/.exec(text.slice(0, at))
    if (dot === null) break
    at = dot.index
  }
  return text.slice(at).trim()
}

function openingBracket(text: string): number | undefined {
  let depth = 0
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const character = text[at]
    if (character === ']' || character === ')') depth += 1
    if (character === '[' || character === '(') depth -= 1
    if (depth === 0) return at
  }
  return undefined
}

const KEYWORDS =
  'abstract as async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function if implements import in infer instanceof interface keyof let namespace new null of override private protected public readonly return satisfies static super switch this throw true try type typeof undefined using var void while with yield'.split(
    ' ',
  )
