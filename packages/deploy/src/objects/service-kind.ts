import { renderTemplate } from '@spcs/spec'
import { parseIdentifier } from '@spcs/sql'
import { specDifferences } from '../spec-differences.ts'
import {
  type Alteration,
  alteration,
  differences,
  type ObjectKind,
  objectName,
  printList,
  type ShownRow,
  textOf,
} from './object-kind.ts'
import { printTypedName, printUnquotedName } from './property.ts'
import { isSameRecord, parseServiceComment, printServiceComment } from './service-comment.ts'
import {
  alterServiceSql,
  createServiceSql,
  describeServiceSql,
  dropServiceSql,
  recordOf,
  type Service,
  type ServiceSource,
  showServicesSql,
  upgradeServiceSql,
} from './service.ts'

/** Services as plans see them: upgraded in place, recorded when they are ready, moved only when that is allowed. */
export const services: ObjectKind<Service> = {
  kind: 'service',
  name: ({ name }) => name,
  needs: serviceNeeds,
  showSql: ({ name }) => showServicesSql(name),
  describeSql: ({ name }) => describeServiceSql(name),
  createSql: createServiceSql,
  afterCreate: (service) => recordChanges(service, {}),
  alterations: (service, row) => {
    const moves = recreations(service, row)
    const changes =
      moves.length > 0 ? moves : [...upgrades(service, row), ...propertyChanges(service, row)]
    return [...changes, ...recordChanges(service, row)]
  },
}

function serviceNeeds(service: Service): string[] {
  const { computePool, source, queryWarehouse } = service
  const { externalAccessIntegrations: integrations = [] } = service
  return [
    objectName('compute pool', printUnquotedName(computePool)),
    ...(source.stageFile === undefined ? [] : [objectName('file', source.stageFile)]),
    ...(queryWarehouse === undefined
      ? []
      : [objectName('warehouse', printTypedName(queryWarehouse))]),
    ...integrations.map((name) => objectName('external access integration', printTypedName(name))),
  ]
}

/** A service never moves to another pool: it has to be dropped, which costs its URL, and is only done when allowed. */
function recreations(service: Service, row: ShownRow): Alteration[] {
  const found = differences({
    computePool: [parseIdentifier(service.computePool), row['compute_pool']],
  })
  if (found.length === 0) return []
  const comment = commentWithRecords(service, row)
  const loss = {
    what: 'the service is dropped and created in the other pool: its URL changes, and it is down meanwhile',
    allowedBy: `--allow-recreate ${printUnquotedName(service.name)}`,
  }
  return [
    {
      kind: 'drop',
      sql: dropServiceSql(service.name),
      differences: found,
      loss,
      dropsGrants: true,
    },
    { kind: 'create', sql: createServiceSql({ ...service, comment }), differences: [] },
  ]
}

function upgrades({ name, source }: Service, row: ShownRow): Alteration[] {
  if (isAsRecorded(source, row)) return []
  const wanted = renderTemplate(source.text, source.using ?? {})
  const found = specDifferences(wanted, textOf(row['spec']), source.digests)
  return found.length === 0 ? [] : [{ sql: upgradeServiceSql(name, source), differences: found }]
}

/**
 * True while Snowflake's digest of the specification is the one from when the service got ready with this source: then
 * nobody changed it, in whatever form DESCRIBE prints it.
 */
function isAsRecorded(source: ServiceSource, row: ShownRow): boolean {
  const { current } = parseServiceComment(textOf(row['comment']))
  if (current?.digest === undefined || !isSameRecord(current, recordOf(source))) return false
  return current.digest === textOf(row['spec_digest'])
}

function propertyChanges(service: Service, row: ShownRow): Alteration[] {
  const { externalAccessIntegrations: integrations, queryWarehouse } = service
  const shown = parseServiceComment(textOf(row['comment']))
  const found = differences({
    minInstances: [service.minInstances, row['min_instances']],
    maxInstances: [service.maxInstances, row['max_instances']],
    minReadyInstances: [service.minReadyInstances, row['min_ready_instances']],
    autoResume: [service.autoResume, row['auto_resume']],
    autoSuspendSecs: [service.autoSuspendSecs, row['auto_suspend_secs']],
    queryWarehouse: [queryWarehouse && parseIdentifier(queryWarehouse), row['query_warehouse']],
    comment: [service.comment, shown.text],
    externalAccessIntegrations: [
      integrations && printList(integrations.map(parseIdentifier).join()),
      printList(row['external_access_integrations']),
    ],
  })
  return alteration({ ...service, comment: commentWithRecords(service, row) }, found, (changes) =>
    alterServiceSql(service.name, changes),
  )
}

/** A new text keeps the records that stand beside it. */
function commentWithRecords({ comment }: Service, row: ShownRow): string {
  const shown = parseServiceComment(textOf(row['comment']))
  return printServiceComment({ ...shown, text: comment ?? shown.text })
}

/** Once the service is ready, its comment says by which specification, so that there is a way back to it. */
function recordChanges({ name, comment, source }: Service, row: ShownRow): Alteration[] {
  const { text, current, previous } = parseServiceComment(textOf(row['comment']))
  const wanted = recordOf(source)
  if (wanted === undefined || isSameRecord(wanted, current)) return []
  const digest = textOf(row['spec_digest'])
  const recorded = {
    text: comment ?? text,
    current: digest === '' ? wanted : { ...wanted, digest },
    previous: current ?? previous,
  }
  return [
    {
      sql: alterServiceSql(name, { comment: printServiceComment(recorded) }),
      differences: [{ field: 'record', shown: current?.file, wanted: wanted.file }],
      onceReady: true,
    },
  ]
}
