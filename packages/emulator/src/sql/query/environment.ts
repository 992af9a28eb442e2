import { printName } from '@spcs/sql'
import { hasPrivilege, inheritedRoles, rolesOfUser } from '../../access-control.ts'
import type { StatementContext } from '../../account.ts'
import type { ServiceFunctionObject } from '../../catalog/objects.ts'
import { resolveName } from '../../catalog/resolve-name.ts'
import { ServiceCalls } from '../../engine/service-calls.ts'
import type { FunctionCall } from './ast.ts'
import type { ParsedStatement } from './parse.ts'
import { printExpression } from './print/expression.ts'
import { printQuery } from './print/query.ts'
import type { Environment, Scope } from './scope.ts'
import { hasTablePrivilege } from './table-privileges.ts'
import { loadTables, Tables } from './tables.ts'

/** Gathers what a statement may ask while it is printed, so that printing itself never waits. */
export async function prepareEnvironment(
  parsed: ParsedStatement,
  context: StatementContext,
): Promise<Environment & { readonly systemAnswers: Map<FunctionCall, string | null> }> {
  const { account, session } = context
  const names = new Map<string, number>()
  const availableRoles = rolesOfUser(account.catalog, session.user)
  const secondaryRoles = session.secondaryRoles === 'ALL' ? availableRoles : []
  return {
    session: {
      id: session.id,
      queryId: context.queryId,
      user: session.user,
      role: session.role,
      roles: [...inheritedRoles(account.catalog, session.role), ...secondaryRoles],
      secondaryRoles,
      availableRoles,
      account: account.name,
      database: session.database,
      schema: session.schema,
      warehouse: session.warehouse,
      now: account.now(),
      lastQueryIds: session.queryIds.filter((id) => id !== context.queryId),
      variables: session.variables,
    },
    tables:
      parsed.names.length === 0 ? new Tables() : await loadTables(parsed, session, session.engine),
    binds: context.binds,
    placeholders: new Map(parsed.placeholders.map((node, index) => [node, index])),
    systemAnswers: new Map(),
    functions: (parts) => functionsOf(parts, context),
    allows: (privilege, table) => hasTablePrivilege(privilege, table, context),
    calls: new ServiceCalls(),
    called: [],
    usesRandom: { value: false },
    uniqueName: (prefix) => {
      const next = (names.get(prefix) ?? 0) + 1
      names.set(prefix, next)
      return `${prefix}${next}`
    },
    expression: printExpression,
    query: printQuery,
  }
}

/** The scope that a statement begins in. */
export function rootScope(statement: Environment, parsed: ParsedStatement): Scope {
  return {
    statement,
    source: parsed.source,
    outer: undefined,
    commonTables: new Map(),
    relations: [],
    aliases: new Map(),
    windows: new Map(),
    rounds: 0,
    views: [],
    exact: false,
    database: statement.session.database,
    schema: statement.session.schema,
  }
}

function functionsOf(
  parts: readonly string[],
  context: StatementContext,
): readonly ServiceFunctionObject[] {
  const { session } = context
  const { functions } = context.account.catalog
  if (
    parts.length < 3 &&
    (session.database === null || (parts.length === 1 && session.schema === null))
  ) {
    return []
  }
  const { key } = resolveName(parts, session)
  return functions.list().filter((fn) => {
    if (printName([fn.database, fn.schema, fn.name]) !== key) return false
    const securable = { on: 'FUNCTION', key: functions.keyOf(fn), owner: fn.owner }
    return hasPrivilege(context, 'USAGE', securable)
  })
}
