import { alteration, differences, type ObjectKind, printList } from './object-kind.ts'
import { likeInSchema, printProperties, printTypedName, sentence, textList } from './property.ts'

/** Hosts that services may reach: an egress rule of type HOST_PORT. */
export interface NetworkRule {
  readonly name: string
  /** `host[:port]`, port 443 by default; `0.0.0.0:443` is every host on that port. */
  readonly hosts: readonly string[]
  readonly comment?: string | undefined
}

/** There is no IF NOT EXISTS for network rules. */
export function createNetworkRuleSql({ name, hosts, comment }: NetworkRule): string {
  return sentence(
    `CREATE NETWORK RULE ${printTypedName(name)}`,
    ...printProperties({
      TYPE: { sql: 'HOST_PORT' },
      MODE: { sql: 'EGRESS' },
      VALUE_LIST: textList(hosts),
      COMMENT: comment,
    }),
  )
}

export function alterNetworkRuleSql(
  name: string,
  { hosts, comment }: Partial<Omit<NetworkRule, 'name'>>,
): string {
  return sentence(
    `ALTER NETWORK RULE ${printTypedName(name)} SET`,
    ...printProperties({
      VALUE_LIST: hosts === undefined ? undefined : textList(hosts),
      COMMENT: comment,
    }),
  )
}

export function showNetworkRulesSql(name: string): string {
  return `SHOW NETWORK RULES ${likeInSchema(name)}`
}

export function describeNetworkRuleSql(name: string): string {
  return `DESCRIBE NETWORK RULE ${printTypedName(name)}`
}

export function dropNetworkRuleSql(name: string): string {
  return `DROP NETWORK RULE IF EXISTS ${printTypedName(name)}`
}

export const networkRules: ObjectKind<NetworkRule> = {
  kind: 'network rule',
  name: ({ name }) => name,
  showSql: ({ name }) => showNetworkRulesSql(name),
  describeSql: ({ name }) => describeNetworkRuleSql(name),
  createSql: createNetworkRuleSql,
  alterations: (rule, row) => {
    const found = differences({
      hosts: [printList(rule.hosts.join()), printList(row['value_list'])],
      comment: [rule.comment, row['comment']],
    })
    return alteration(rule, found, (changes) => alterNetworkRuleSql(rule.name, changes))
  },
}
