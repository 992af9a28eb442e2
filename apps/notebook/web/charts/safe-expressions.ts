import { EXPRESSION_FUNCTIONS } from './expression-functions.ts'
import { applyBinary, applyUnary, CONSTANTS } from './expression-operators.ts'
import { isSafeValue, plainEvent, readMember, signalValue } from './safe-values.ts'

/*
 * Vega's expressions, evaluated from their syntax trees. The page's Content-Security-Policy lets no text become code, which
 * is how Vega runs them by default. Its own interpreter obeys the policy, but leads from any value to its prototype, and from
 * an event to the window; a chart may come with a notebook from anywhere. Here a value is data (safe-values.ts): there is
 * no function to be had, and a call is one of the functions that Vega documents.
 */

/** A node of a syntax tree; which members it has depends on its type. */
interface Node {
  readonly type: string
  readonly name: string
  readonly value: unknown
  readonly regex?: { readonly pattern: string; readonly flags: string }
  readonly operator: string
  readonly computed: boolean
  readonly key: Node
  readonly object: Node
  readonly property: Node
  readonly callee: Node
  readonly arguments: readonly Node[]
  readonly elements: readonly Node[]
  readonly properties: readonly Node[]
  readonly argument: Node
  readonly left: Node
  readonly right: Node
  readonly test: Node
  readonly consequent: Node
  readonly alternate: Node
}

interface Expression {
  readonly ast: Node
}

type Functions = Readonly<Record<string, unknown>>

interface Scope {
  readonly functions: Functions
  /** Signals and scales by `$name` and `%name`. */
  readonly parameters?: object | undefined
  readonly datum?: unknown
  /** The browser's event, which expressions see as `plainEvent` of it. */
  readonly event?: unknown
  readonly item?: unknown
}

interface Context {
  readonly functions: Functions
}

type MarkItem = Record<string, unknown>

/** The evaluator that a Vega view takes as its option `expr`. */
export const safeExpressions = {
  operator:
    ({ functions }: Context, { ast }: Expression) =>
    (parameters: object) =>
      evaluate(ast, { functions, parameters }),
  parameter:
    ({ functions }: Context, { ast }: Expression) =>
    (datum: unknown, parameters: object) =>
      evaluate(ast, { functions, parameters, datum }),
  event:
    ({ functions }: Context, { ast }: Expression) =>
    (event: unknown) =>
      evaluate(ast, { functions, event }),
  handler:
    ({ functions }: Context, { ast }: Expression) =>
    (parameters: object, event: { readonly item?: { readonly datum?: unknown } }) =>
      evaluate(ast, { functions, parameters, datum: event.item?.datum, event }),
  encode: encodeItem,
  /** How transforms read the fields of a tuple. */
  codegen: {
    get: (path: readonly string[]) => (tuple: unknown) => path.reduce<unknown>(readMember, tuple),
  },
}

/** Sets the channels of a mark, and says whether any has changed. */
function encodeItem(
  { functions }: Context,
  encoding: {
    readonly marktype: string
    readonly channels: Readonly<Record<string, Expression>>
  },
) {
  const { marktype, channels } = encoding
  return (item: MarkItem, parameters: object): boolean => {
    let isChanged = false
    for (const [name, { ast }] of Object.entries(channels)) {
      const value = evaluate(ast, { functions, parameters, datum: item['datum'], item })
      if (item[name] !== value) {
        item[name] = value
        isChanged = true
      }
    }
    if (marktype !== 'rule') {
      const isBox = marktype === 'group' || marktype === 'image' || marktype === 'rect'
      placeItem(item, channels, isBox, 'x', 'width')
      placeItem(item, channels, isBox, 'y', 'height')
    }
    return isChanged
  }
}

/** Start and size from a second edge or from a centre. */
function placeItem(
  item: MarkItem,
  channels: object,
  isBox: boolean,
  start: 'x' | 'y',
  size: 'width' | 'height',
): void {
  const [end, centre] = [`${start}2`, `${start}c`]
  if (end in channels) {
    if (start in channels) {
      const [from, to] = [Number(item[start]), Number(item[end])]
      if (isBox && from > to) [item[start], item[end]] = [item[end], item[start]]
      item[size] = Number(item[end]) - Number(item[start])
    } else {
      item[start] = Number(item[end]) - Number(item[size] ?? 0)
    }
  }
  if (centre in channels) item[start] = Number(item[centre]) - Number(item[size] ?? 0) / 2
}

function evaluate(node: Node, scope: Scope): unknown {
  switch (node.type) {
    case 'Literal':
      // One that remembers where it stopped must not do so from call to call.
      return node.regex === undefined
        ? node.value
        : new RegExp(node.regex.pattern, node.regex.flags)
    case 'Identifier':
      return identify(node.name, scope)
    case 'MemberExpression':
      return readMember(
        evaluate(node.object, scope),
        node.computed ? evaluate(node.property, scope) : node.property.name,
      )
    case 'CallExpression':
      return call(node, scope)
    case 'ArrayExpression':
      return node.elements.map((element) => evaluate(element, scope))
    case 'ObjectExpression':
      return makeObject(node, scope)
    case 'UnaryExpression':
      return applyUnary(node.operator, evaluate(node.argument, scope))
    case 'BinaryExpression':
      return applyBinary(node.operator, evaluate(node.left, scope), evaluate(node.right, scope))
    case 'LogicalExpression': {
      const left = evaluate(node.left, scope)
      const isDecided = node.operator === '&&' ? !left : Boolean(left)
      return isDecided ? left : evaluate(node.right, scope)
    }
    case 'ConditionalExpression':
      return evaluate(evaluate(node.test, scope) ? node.consequent : node.alternate, scope)
    default:
      throw new Error(`Expressions of charts have no ${node.type}`)
  }
}

function identify(name: string, scope: Scope): unknown {
  switch (name) {
    case 'datum':
      return isSafeValue(scope.datum) ? scope.datum : undefined
    case 'item':
      return isSafeValue(scope.item) ? scope.item : undefined
    case 'event':
      return plainEvent(scope.event)
    default:
      break
  }
  if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name]
  const signal = `$${name}`
  const { parameters } = scope
  if (parameters === undefined || !(signal in parameters)) return undefined
  return signalValue((parameters as Readonly<Record<string, unknown>>)[signal])
}

/** Functions that ask the event where it happened. */
const EVENT_FUNCTIONS = new Set(['item', 'group', 'xy', 'x', 'y'])

/**
 * Not to be called: `setdata` puts anything anywhere, `screen`, `view` and `copy` give what is no data; selections do without.
 */
const REFUSED = new Set(['setdata', 'screen', 'view', 'copy'])

function call(node: Node, scope: Scope): unknown {
  // Encodings call the functions of scales by names of their own.
  const name = node.callee.name.replace(/^_/, '')
  const [test, yes, no] = node.arguments
  if (name === 'if' && test !== undefined && yes !== undefined && no !== undefined) {
    return evaluate(evaluate(test, scope) ? yes : no, scope)
  }
  const found = findFunction(name, scope)
  if (found === undefined) throw new Error(`Expressions of charts have no function ${name}`)
  const values = node.arguments.map((argument) => evaluate(argument, scope))
  // The last two change fields of a tuple in place, whatever stands for a tuple.
  const given = name === 'modify' ? values.slice(0, 4) : values
  const answer = found(...given)
  // A colour is an object with methods; as text it is one that marks take.
  if (COLOURS.has(name)) return String(answer)
  return isSafeValue(answer) ? answer : undefined
}

const COLOURS = new Set(['rgb', 'hsl', 'lab', 'hcl'])

function findFunction(name: string, scope: Scope): ((...values: unknown[]) => unknown) | undefined {
  if (REFUSED.has(name)) return undefined
  if (Object.hasOwn(EXPRESSION_FUNCTIONS, name)) return EXPRESSION_FUNCTIONS[name] as never
  const { functions, event } = scope
  if (EVENT_FUNCTIONS.has(name)) {
    const asked = (event as { readonly vega?: Functions } | undefined)?.vega?.[name]
    return typeof asked === 'function' ? (asked as never) : undefined
  }
  const known = functions[name]
  const isInherited = known === (Object.prototype as unknown as Functions)[name]
  return typeof known === 'function' && !isInherited ? (known.bind(functions) as never) : undefined
}

function makeObject(node: Node, scope: Scope): object {
  const members = node.properties.map(({ key, value }) => {
    const name = key.type === 'Literal' ? String(key.value) : key.name
    return [name, evaluate(value as Node, scope)] as const
  })
  // Unlike an assignment this sets no prototype; and what is turned into text must not be turned by data.
  return Object.fromEntries(members.filter(([name]) => !(name in Object.prototype)))
}
