import { dollarQuote, quoteLiteral, SqlError } from '@spcs/sql'
import { printUsing, type TemplateValue } from '@spcs/spec'
import { splitStagePath } from '../stage-path.ts'
import {
  likeInSchema,
  maybeName,
  nameList,
  printProperties,
  printUnquotedName,
  sentence,
} from './property.ts'
import type { SpecificationRecord } from './service-comment.ts'

/** Where a service's specification comes from. */
export interface ServiceSource {
  /** The specification's YAML: a template when there is `using`. */
  readonly text: string
  /** The file on a stage that CREATE SERVICE reads: `@DB.PUBLIC.SPECS/api.yaml`; without it the text goes inline. */
  readonly stageFile?: string | undefined
  /** Values for the template's variables. */
  readonly using?: Readonly<Record<string, TemplateValue>> | undefined
  /** By reference, the digests of its images that are known. */
  readonly digests?: Readonly<Record<string, string>> | undefined
}

/** What may change without touching the containers. */
export interface ServiceProperties {
  /** Seconds without a service-function call until it suspends; 0 is never. */
  readonly autoSuspendSecs?: number | undefined
  /** Integrations that open egress; `[]` closes it. */
  readonly externalAccessIntegrations?: readonly string[] | undefined
  readonly autoResume?: boolean | undefined
  readonly minInstances?: number | undefined
  readonly minReadyInstances?: number | undefined
  readonly maxInstances?: number | undefined
  readonly logLevel?: string | undefined
  readonly queryWarehouse?: string | undefined
  readonly comment?: string | undefined
}

/** A long-running service. */
export interface Service extends ServiceProperties {
  readonly name: string
  readonly computePool: string
  readonly source: ServiceSource
}

export function createServiceSql(service: Service): string {
  const { externalAccessIntegrations: integrations = [] } = service
  const given = integrations.length === 0 ? undefined : integrations
  return sentence(
    `CREATE SERVICE IF NOT EXISTS ${printUnquotedName(service.name)}`,
    `IN COMPUTE POOL ${printUnquotedName(service.computePool)}`,
    printSource(service.source),
    ...printServiceProperties({ ...service, externalAccessIntegrations: given }),
  )
}

/** A rolling upgrade: URL and uptime are kept, the image's tag is resolved again. */
export function upgradeServiceSql(name: string, source: ServiceSource): string {
  return `ALTER SERVICE ${printUnquotedName(name)} ${printSource(source)}`
}

export function alterServiceSql(name: string, properties: ServiceProperties): string {
  return sentence(
    `ALTER SERVICE ${printUnquotedName(name)} SET`,
    ...printServiceProperties(properties),
  )
}

export function suspendServiceSql(name: string): string {
  return `ALTER SERVICE ${printUnquotedName(name)} SUSPEND`
}

export function resumeServiceSql(name: string): string {
  return `ALTER SERVICE ${printUnquotedName(name)} RESUME`
}

export function showServicesSql(name: string): string {
  return `SHOW SERVICES ${likeInSchema(name)}`
}

export function describeServiceSql(name: string): string {
  return `DESCRIBE SERVICE ${printUnquotedName(name)}`
}

export function showServiceContainersSql(name: string): string {
  return `SHOW SERVICE CONTAINERS IN SERVICE ${printUnquotedName(name)}`
}

export function showServiceInstancesSql(name: string): string {
  return `SHOW SERVICE INSTANCES IN SERVICE ${printUnquotedName(name)}`
}

export function showEndpointsSql(name: string): string {
  return `SHOW ENDPOINTS IN SERVICE ${printUnquotedName(name)}`
}

export function serviceLogsSql(
  name: string,
  { instance, container, lines, previous = false }: ServiceLogsOptions,
): string {
  const parts = [
    quoteLiteral(printUnquotedName(name)),
    quoteLiteral(instance),
    quoteLiteral(container),
    String(lines),
    ...(previous ? ['TRUE'] : []),
  ]
  return `SELECT SYSTEM$GET_SERVICE_LOGS(${parts.join(', ')})`
}

export interface ServiceLogsOptions {
  readonly instance: string
  readonly container: string
  /** How many of the newest lines. */
  readonly lines: number
  /** The logs of the run before the last restart. */
  readonly previous?: boolean | undefined
}

/** Takes block volumes along only when forced. */
export function dropServiceSql(
  name: string,
  { force = false }: { readonly force?: boolean } = {},
): string {
  return sentence(`DROP SERVICE IF EXISTS ${printUnquotedName(name)}`, force && 'FORCE')
}

/** How a comment records a source; undefined for one that is on no stage. */
export function recordOf({
  stageFile,
  using = {},
}: ServiceSource): SpecificationRecord | undefined {
  return stageFile === undefined ? undefined : { file: stageFile, using }
}

function printServiceProperties(properties: ServiceProperties): string[] {
  const { externalAccessIntegrations: integrations } = properties
  return printProperties({
    AUTO_SUSPEND_SECS: properties.autoSuspendSecs,
    EXTERNAL_ACCESS_INTEGRATIONS: integrations && nameList(integrations),
    AUTO_RESUME: properties.autoResume,
    MIN_INSTANCES: properties.minInstances,
    MIN_READY_INSTANCES: properties.minReadyInstances,
    MAX_INSTANCES: properties.maxInstances,
    LOG_LEVEL: properties.logLevel,
    QUERY_WAREHOUSE: maybeName(properties.queryWarehouse),
    COMMENT: properties.comment,
  })
}

function printSource({ text, stageFile, using }: ServiceSource): string {
  const clause = using === undefined ? '' : printUsing(using)
  const word = clause === '' ? 'SPECIFICATION' : 'SPECIFICATION_TEMPLATE'
  if (stageFile === undefined) return sentence(`FROM ${word} ${quoteText(text)}`, clause)
  const { location, file } = splitStagePath(stageFile)
  return sentence(`FROM ${location} ${word}_FILE = ${quoteLiteral(file)}`, clause)
}

function quoteText(text: string): string {
  try {
    return dollarQuote(text)
  } catch (error) {
    if (error instanceof SqlError && error.code === 'LITERAL_UNSUPPORTED') return quoteLiteral(text)
    throw error
  }
}
