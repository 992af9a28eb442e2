import { child, childList, type Node } from '../kernel/child/syntax-tree.ts'
import type { JsonValue } from '../notebook/notebook.ts'

/** A value as it was typed. */
export interface GivenValue {
  readonly text: string
  /** It is text, whatever it looks like. */
  readonly isText: boolean
}

export type ParameterValue = JsonValue | bigint

/** Types that tell what a typed value is. */
export type ParameterType = 'string' | 'number' | 'boolean' | 'bigint'

/** What a variable's annotation says, by the name that the syntax tree has for it. */
const KEYWORDS: Readonly<Record<string, ParameterType>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSBigIntKeyword: 'bigint',
}

/** The types of the variables of a program, by their annotation or their default. */
export function declaredTypes(program: Node): ReadonlyMap<string, ParameterType> {
  const types = new Map<string, ParameterType>()
  for (const statement of childList(program, 'body')) {
    const declaration = child(statement, 'declaration') ?? statement
    if (declaration.type !== 'VariableDeclaration') continue
    for (const declarator of childList(declaration, 'declarations')) {
      const id = child(declarator, 'id')
      const type = id && typeOf(id, child(declarator, 'init'))
      if (id?.type === 'Identifier' && type !== undefined) types.set(String(id['name']), type)
    }
  }
  return types
}

function typeOf(id: Node, init: Node | undefined): ParameterType | undefined {
  const annotation = child(id, 'typeAnnotation')
  if (annotation !== undefined) {
    return KEYWORDS[child(annotation, 'typeAnnotation')?.type ?? '']
  }
  return init && typeOfDefault(init)
}

function typeOfDefault(init: Node): ParameterType | undefined {
  switch (init.type) {
    case 'TemplateLiteral':
      return 'string'
    case 'UnaryExpression': {
      const operand = child(init, 'argument')
      return init['operator'] === '-' && operand ? typeOfDefault(operand) : undefined
    }
    case 'Literal': {
      if (typeof init['bigint'] === 'string') return 'bigint'
      const type = typeof init['value']
      return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined
    }
    default:
      return undefined
  }
}

/** What a value is where it is to be of a type, or of any; undefined where it cannot be. */
export function readValue(
  { text, isText }: GivenValue,
  type: ParameterType | undefined,
): ParameterValue | undefined {
  if (isText) return type === undefined || type === 'string' ? text : undefined
  switch (type) {
    case undefined:
      return guess(text)
    case 'string': {
      const json = maybeJson(text)
      return typeof json === 'string' ? json : text
    }
    case 'number': {
      const number = Number(text)
      return text.trim() !== '' && Number.isFinite(number) ? number : undefined
    }
    case 'boolean':
      return maybeBoolean(text)
    case 'bigint':
      return /^-?\d+n?$/.test(text) ? BigInt(text.replace(/n$/, '')) : undefined
  }
}

/** As papermill guesses: numbers, `true` and `True`, `null` and `None`, and text; lists and objects are JSON's. */
function guess(text: string): ParameterValue {
  const json = maybeJson(text)
  // More digits than a number keeps are an identifier's, most likely.
  if (typeof json === 'number') return isExact(text, json) ? json : text
  if (json !== undefined) return json
  if (text === 'None') return null
  return maybeBoolean(text) ?? text
}

function isExact(text: string, number: number): boolean {
  return Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number))
}

function maybeBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === 'True') return true
  return text === 'false' || text === 'False' ? false : undefined
}

function maybeJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}
