import { parseIdentifier, quoteLiteral } from '@spcs/sql'
import { alteration, differences, type ObjectKind, objectName, printList } from './object-kind.ts'
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

export function describeExternalAccessIntegrationSql(name: string): string {
  return `DESCRIBE EXTERNAL ACCESS INTEGRATION ${printTypedName(name)}`
}

export function dropExternalAccessIntegrationSql(name: string): string {
  return `DROP INTEGRATION IF EXISTS ${printTypedName(name)}`
}

export const externalAccessIntegrations: ObjectKind<ExternalAccessIntegration> = {
  kind: 'external access integration',
  name: ({ name }) => name,
  showSql: ({ name }) => showExternalAccessIntegrationsSql(name),
  describeSql: ({ name }) => describeExternalAccessIntegrationSql(name),
  needs: ({ networkRules }) =>
    networkRules.map((rule) => objectName('network rule', printTypedName(rule))),
  createSql: createExternalAccessIntegrationSql,
  alterations: ({ enabled = true, ...integration }, row) => {
    const { name, networkRules, comment } = integration
    const found = differences({
      networkRules: [
        printList(networkRules.map(printTypedName).join()),
        printList(row['allowed_network_rules']),
      ],
      enabled: [enabled, row['enabled']],
      comment: [comment, row['comment']],
    })
    return alteration({ ...integration, enabled }, found, (changes) =>
      alterExternalAccessIntegrationSql(name, changes),
    )
  },
}
