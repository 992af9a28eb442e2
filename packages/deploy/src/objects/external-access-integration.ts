import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { differences, explain, type ObjectKind } from './object-kind.ts'
import { nameList, printProperties, printTypedName, sentence } from './property.ts'

/** Lets services use network rules. */
export interface ExternalAccessIntegration {
  readonly name: string
  readonly networkRules: readonly string[]
  readonly enabled?: boolean | undefined
  readonly comment?: string | undefined
}

export function createExternalAccessIntegrationSql(integration: ExternalAccessIntegration): string {
  return sentence(
    `CREATE EXTERNAL ACCESS INTEGRATION IF NOT EXISTS ${printTypedName(integration.name)}`,
    ...printProperties({
      ALLOWED_NETWORK_RULES: nameList(integration.networkRules),
      ENABLED: integration.enabled ?? true,
      COMMENT: integration.comment,
    }),
  )
}

export function alterExternalAccessIntegrationSql(
  name: string,
  changes: Partial<Omit<ExternalAccessIntegration, 'name'>>,
): string {
  const { networkRules } = changes
  return sentence(
    `ALTER EXTERNAL ACCESS INTEGRATION ${printTypedName(name)} SET`,
    ...printProperties({
      ALLOWED_NETWORK_RULES: networkRules === undefined ? undefined : nameList(networkRules),
      ENABLED: changes.enabled,
      COMMENT: changes.comment,
    }),
  )
}

export function showExternalAccessIntegrationsSql(name: string): string {
  return `SHOW EXTERNAL ACCESS INTEGRATIONS LIKE ${quoteLiteral(parseIdentifier(name))}`
}

export function dropExternalAccessIntegrationSql(name: string): string {
  return `DROP INTEGRATION IF EXISTS ${printTypedName(name)}`
}

/** SHOW does not tell the rules, so a change of them alone is not seen. */
export const externalAccessIntegrations: ObjectKind<ExternalAccessIntegration> = {
  kind: 'external access integration',
  name: ({ name }) => name,
  showSql: ({ name }) => showExternalAccessIntegrationsSql(name),
  createSql: createExternalAccessIntegrationSql,
  alterations: ({ name, ...integration }, row) => {
    const { enabled = true, comment } = integration
    const found = differences({ enabled, comment }, row)
    if (found.length === 0) return []
    return [{ sql: alterExternalAccessIntegrationSql(name, integration), why: explain(found) }]
  },
}
