import { findDeclarations } from '../kernel/child/find-declarations.ts'
import { child, childList, childrenOf, isFunction, type Node } from '../kernel/child/syntax-tree.ts'

/** Names that something inside a program declares for what is inside of it. */
interface Scope {
  readonly names: ReadonlySet<string>
  readonly outer: Scope | undefined
}

/**
 * The names that a TypeScript program takes from outside, each once, in order: what no scope of its own declares, and
 * what its top level declares only after it was used (`const df = df.filter(…)`). Types are no uses: they do not run.
 */
export function findUses(program: Node): string[] {
  const declaredAt = firstDeclarations(program)
  const uses = new Set<string>()
  const visit = (node: Node, scope: Scope | undefined): void => {
    const name = referenceIn(node)
    if (name !== undefined && !isBound(name, scope)) {
      const from = declaredAt.get(name)
      if (from === undefined || node.start < from) uses.add(name)
    }
    const inner = opensScope(node) ? { names: namesOf(node), outer: scope } : scope
    for (const part of partsThatRun(node)) visit(part, inner)
    if (node.type !== 'VariableDeclarator') return
    // What is being declared is no use, the defaults in it are.
    const id = child(node, 'id')
    if (id !== undefined) visit(id, { names: declaredIn([variable(id, node)]), outer: inner })
  }
  for (const statement of childList(program, 'body')) visit(statement, undefined)
  return [...uses]
}

/** Where each name of the top level has its value; functions, classes and imports count from the start. */
function firstDeclarations(program: Node): Map<string, number> {
  const declaredAt = new Map<string, number>()
  for (const statement of childList(program, 'body')) {
    const declaration = child(statement, 'declaration') ?? statement
    const isHoisted =
      declaration.type !== 'VariableDeclaration' && !declaration.type.endsWith('Statement')
    for (const name of findDeclarations({ ...program, body: [statement] })) {
      if (!declaredAt.has(name)) declaredAt.set(name, isHoisted ? -1 : declaration.end)
    }
    for (const name of enumNames(declaration)) declaredAt.set(name, -1)
  }
  return declaredAt
}

/** `enum` and `namespace` make values too. */
export function enumNames(declaration: Node): readonly string[] {
  const isValue =
    declaration.type === 'TSEnumDeclaration' || declaration.type === 'TSModuleDeclaration'
  const id = isValue && declaration['declare'] !== true ? child(declaration, 'id') : undefined
  return id?.type === 'Identifier' ? [String(id['name'])] : []
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true
  return false
}

function referenceIn(node: Node): string | undefined {
  if (node.type === 'Identifier') return String(node['name'])
  // `<Chart/>` is a value, `<div/>` a name of HTML.
  if (node.type === 'JSXIdentifier' && /^[A-Z_$]/.test(String(node['name']))) {
    return String(node['name'])
  }
  return undefined
}

const SCOPES = new Set([
  'BlockStatement',
  'ForStatement',
  'ForOfStatement',
  'ForInStatement',
  'SwitchStatement',
  'CatchClause',
  'ClassExpression',
])

function opensScope(node: Node): boolean {
  return SCOPES.has(node.type) || isFunction(node)
}

/** What is declared in a scope itself; `var` of blocks in a function belongs to the function. */
function namesOf(scope: Node): ReadonlySet<string> {
  if (isFunction(scope)) {
    const body = child(scope, 'body')
    const parameters = childList(scope, 'params').map((param) => variable(param, scope))
    const statements = body === undefined ? [] : childList(body, 'body')
    return new Set([
      ...declaredIn(parameters),
      ...declaredIn(statements),
      ...(scope.type === 'FunctionExpression' ? ownName(scope) : []),
      'arguments',
    ])
  }
  switch (scope.type) {
    case 'ForStatement':
      return declaredIn([child(scope, 'init')])
    case 'ForOfStatement':
    case 'ForInStatement':
      return declaredIn([child(scope, 'left')])
    case 'SwitchStatement':
      return declaredIn(childList(scope, 'cases').flatMap((one) => childList(one, 'consequent')))
    case 'CatchClause': {
      const param = child(scope, 'param')
      return declaredIn(param === undefined ? [] : [variable(param, scope)])
    }
    case 'ClassExpression':
      return ownName(scope)
    default:
      return declaredIn(childList(scope, 'body'))
  }
}

/** The name that a function or class expression has for itself. */
function ownName(scope: Node): ReadonlySet<string> {
  const id = child(scope, 'id')
  return new Set(id === undefined ? [] : [String(id['name'])])
}

/** A parameter as if it were declared: one place knows patterns. */
function variable(pattern: Node, at: Node): Node {
  const id = pattern.type === 'TSParameterProperty' ? child(pattern, 'parameter') : pattern
  const declarator = { type: 'VariableDeclarator', start: at.start, end: at.end, id }
  return {
    type: 'VariableDeclaration',
    start: at.start,
    end: at.end,
    kind: 'let',
    declarations: [declarator],
  }
}

function declaredIn(statements: readonly (Node | undefined)[]): ReadonlySet<string> {
  const body = statements.filter((statement) => statement !== undefined)
  const program = { type: 'Program', start: 0, end: 0, body }
  return new Set([...findDeclarations(program), ...body.flatMap(enumNames)])
}

/** The children that are run: no names of properties, no labels, no types. */
function* partsThatRun(node: Node): Generator<Node> {
  const isComputed = node['computed'] === true
  switch (node.type) {
    case 'ImportDeclaration':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ExportAllDeclaration':
    case 'ImportSpecifier':
      return
    case 'JSXAttribute':
    case 'JSXClosingElement':
      yield* only(node, ['value'])
      return
    case 'JSXMemberExpression':
      yield* only(node, ['object'])
      return
    case 'MemberExpression':
      yield* only(node, isComputed ? ['object', 'property'] : ['object'])
      return
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      yield* only(node, isComputed ? ['key', 'value', 'decorators'] : ['value', 'decorators'])
      return
    case 'VariableDeclarator':
      yield* only(node, ['init'])
      return
    case 'ClassDeclaration':
      yield* only(node, ['superClass', 'decorators', 'body'])
      return
    case 'LabeledStatement':
      yield* only(node, ['body'])
      return
    case 'ExportSpecifier':
      yield* only(node, ['local'])
      return
    case 'TSEnumDeclaration':
    case 'TSEnumMember':
    case 'TSModuleDeclaration':
      yield* only(node, ['body', 'initializer'])
      return
    default:
  }
  if (node['declare'] === true) return
  for (const part of childrenOf(node)) {
    if (!part.type.startsWith('TS') || TYPESCRIPT_THAT_RUNS.has(part.type)) yield part
  }
}

const TYPESCRIPT_THAT_RUNS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSParameterProperty',
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
])

function* only(node: Node, keys: readonly string[]): Generator<Node> {
  for (const key of keys) {
    const one = child(node, key)
    if (one === undefined) yield* childList(node, key)
    else yield one
  }
}
