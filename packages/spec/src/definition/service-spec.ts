import type {
  Capabilities,
  Container,
  LogExporters,
  PlatformMonitor,
  ServiceSpec,
  ServiceSpecBody,
} from '../service-spec.ts'
import { choice } from '../shapes/choice.ts'
import { list } from '../shapes/list.ts'
import { record } from '../shapes/record.ts'
import { optional, type Report, required, withDefault } from '../shapes/record-options.ts'
import { boolean } from '../shapes/scalar.ts'
import type { Shape } from '../shapes/shape.ts'
import { container } from './container.ts'
import { endpoint, serviceRole } from './endpoint.ts'
import { resourceManagement } from './scaling.ts'
import { volume } from './volume.ts'

const MAX_SECRETS = 50
const MAX_BLOCK_VOLUMES = 3
const MAX_LEGACY_STAGE_VOLUMES = 5

const logExporters: Shape<LogExporters> = record<LogExporters>({
  description: 'Which output goes to the event table.',
  fields: {
    eventTableConfig: required(
      record<LogExporters['eventTableConfig']>({
        description: 'The account’s event table.',
        fields: {
          logLevel: required(
            choice('INFO exports stdout and stderr, ERROR stderr alone.', [
              'INFO',
              'ERROR',
              'NONE',
            ]),
          ),
        },
      }),
    ),
  },
})

const platformMonitor: Shape<PlatformMonitor> = record<PlatformMonitor>({
  description: 'Which platform metrics go to the event table.',
  fields: {
    metricConfig: required(
      record<PlatformMonitor['metricConfig']>({
        description: 'The metrics.',
        fields: {
          groups: required(
            list({
              description: 'Groups of metrics.',
              item: choice('One group.', [
                'system',
                'system_limits',
                'status',
                'network',
                'storage',
              ]),
            }),
          ),
        },
      }),
    ),
  },
})

const DEFAULT_CAPABILITIES: Capabilities = {
  securityContext: { executeAsCaller: false, enableCustomCredentials: false },
}

const capabilities: Shape<Capabilities> = record<Capabilities>({
  description: 'What the service may do.',
  fields: {
    securityContext: withDefault(
      record<Capabilities['securityContext']>({
        description: 'As whom the service acts.',
        fields: {
          executeAsCaller: withDefault(
            boolean('True gives requests through a public endpoint the rights of their caller.'),
            false,
          ),
          enableCustomCredentials: withDefault(
            boolean('True lets containers log in with other credentials than their token.'),
            false,
          ),
        },
      }),
      DEFAULT_CAPABILITIES.securityContext,
    ),
  },
})

const body: Shape<ServiceSpecBody> = record<ServiceSpecBody>({
  description: 'What runs in each instance, and how it is reached.',
  fields: {
    containers: required(
      list({
        description: 'The containers of one instance.',
        item: container,
        minItems: 1,
        maxItems: 20,
      }),
    ),
    endpoints: withDefault(
      list({
        description: 'Ports that are reachable from outside.',
        item: endpoint,
        maxItems: 100,
      }),
      [],
    ),
    volumes: withDefault(
      list({ description: 'Volumes that containers mount.', item: volume, maxItems: 20 }),
      [],
    ),
    logExporters: withDefault(logExporters, { eventTableConfig: { logLevel: 'INFO' } }),
    platformMonitor: withDefault(platformMonitor, { metricConfig: { groups: [] } }),
    resourceManagement: optional(resourceManagement),
  },
  ignored: {
    networkPolicyConfig: [
      "'networkPolicyConfig' is from before general availability and is ignored",
      'Delete it and give the service EXTERNAL_ACCESS_INTEGRATIONS = (…) for egress',
    ],
  },
  strangers: {
    serviceRoles: "Move it to the left, beside 'spec'",
    capabilities: "Move it to the left, beside 'spec'",
    secrets: 'Move it into the container that needs it',
  },
  check(value, report) {
    checkCounts(value, report)
    checkProbePorts(value.containers ?? [], report)
  },
})

/** The whole specification: every check, the canonical order and the editors' schema come from here. */
export const serviceSpec: Shape<ServiceSpec> = record<ServiceSpec>({
  description: 'A Snowpark Container Services specification.',
  fields: {
    spec: required(body),
    serviceRoles: withDefault(
      list({ description: 'Roles on this service.', item: serviceRole }),
      [],
    ),
    capabilities: withDefault(capabilities, DEFAULT_CAPABILITIES),
  },
  strangers: {
    containers: "Indent it under 'spec'",
    endpoints: "Indent it under 'spec'",
    volumes: "Indent it under 'spec'",
    logExporters: "Indent it under 'spec'",
    apiVersion: "Delete it and begin with 'spec': it is not Kubernetes' form",
  },
})

function checkCounts(value: Partial<ServiceSpecBody>, report: Report<ServiceSpecBody>): void {
  const { containers = [], volumes = [] } = value
  const count = (isCounted: (source: string) => boolean): number =>
    volumes.filter(({ source }) => isCounted(source)).length
  const secrets = containers.flatMap((each) => each.secrets).length
  const atMost = (
    field: 'containers' | 'volumes',
    found: number,
    limit: number,
    what: string,
  ): void => {
    if (found > limit) {
      report.problem(
        field,
        `the service has ${found} ${what}, at most ${limit} are allowed`,
        'Split the service into several',
      )
    }
  }
  atMost('containers', secrets, MAX_SECRETS, 'secrets')
  atMost(
    'volumes',
    count((source) => source === 'block'),
    MAX_BLOCK_VOLUMES,
    'block volumes',
  )
  atMost(
    'volumes',
    count((source) => source.startsWith('@')),
    MAX_LEGACY_STAGE_VOLUMES,
    'stage volumes of the deprecated form',
  )
}

/** Containers of an instance share one network, so of two that listen on one port the second fails. */
function checkProbePorts(containers: readonly Container[], report: Report<ServiceSpecBody>): void {
  const owners = new Map<number, string>()
  for (const { name, readinessProbe } of containers) {
    if (readinessProbe === undefined) continue
    const { port } = readinessProbe
    const owner = owners.get(port)
    if (owner === undefined) {
      owners.set(port, name)
      continue
    }
    report.warn(
      { owner: readinessProbe },
      `containers '${owner}' and '${name}' are both probed on port ${port}, and only one of them can listen there`,
      'Give each container its own port',
    )
  }
}
