import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

import type {
  BlockConfig,
  Capabilities,
  Container,
  ContainerSecret,
  CorsSettings,
  Endpoint,
  LogExporters,
  MetricGroup,
  Probe,
  ResourceManagement,
  Resources,
  ScalingCondition,
  ServiceSpec,
  SessionTokenConfig,
  Volume,
} from '../src/service-spec.ts'

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/)
const anyText = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u{E000}'))
const visibleText = anyText.filter((text) => /\S/.test(text))
const absolutePath = anyText.map((text) => `/${text}`)
const port = fc.integer({ min: 1, max: 65_535 })
const count = fc.integer({ min: 1, max: 1000 })
const id = fc.integer({ min: 0, max: 65_535 })
const anyNumber = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (value === 0 ? 0 : value))
const stageName = fc.constantFrom('@stage', '@db.s.stage/a b', '@"My ""Stage"""/x')

const probe: Arbitrary<Probe> = fc.record({
  port,
  path: absolutePath,
  periodSeconds: count,
  failureThreshold: count,
})

const resources: Arbitrary<Resources> = fc.oneof(
  fc.record({
    requests: fc.record({
      memory: fc.constantFrom('1Gi', '0.5Gi', '64M'),
      cpu: fc.constantFrom('0.5', '250m'),
    }),
  }),
  fc.integer({ min: 0, max: 8 }).map((gpu) => ({
    limits: { memory: '8Gi', cpu: '4', 'nvidia.com/gpu': gpu },
    requests: { memory: '2Gi', cpu: '1', 'nvidia.com/gpu': gpu },
  })),
)

const secret: Arbitrary<ContainerSecret> = fc
  .record({
    secretName: visibleText,
    isReference: fc.boolean(),
    folder: absolutePath.map((path) => `/secrets${path}`),
    isFile: fc.boolean(),
  })
  .map(({ secretName, isReference, folder, isFile }) => ({
    snowflakeSecret: isReference ? { objectReference: secretName } : { objectName: secretName },
    ...(isFile && { directoryPath: folder }),
    ...(!isFile && { envVarName: `SECRET_${secretName}`, secretKeyRef: 'password' as const }),
  }))

const token: Arbitrary<SessionTokenConfig> = fc.constantFrom<SessionTokenConfig>(
  { path: '/run/token-1', permission: '0400' },
  { mountConnectionConfig: true },
)

const cors: Arbitrary<CorsSettings> = fc.record(
  {
    'Access-Control-Allow-Origin': fc.array(
      fc.constantFrom('https://a.example', 'http://b.example:8080'),
    ),
    'Access-Control-Allow-Methods': fc.array(visibleText),
    'Access-Control-Allow-Headers': fc.array(visibleText),
    'Access-Control-Expose-Headers': fc.array(visibleText),
  },
  { requiredKeys: ['Access-Control-Allow-Origin'] },
)

const endpoint = (endpointName: string): Arbitrary<Endpoint> =>
  fc.oneof(
    fc.record(
      {
        name: fc.constant(endpointName),
        port,
        public: fc.boolean(),
        protocol: fc.constant('HTTP' as const),
        corsSettings: cors,
      },
      { requiredKeys: ['name', 'port', 'public', 'protocol'] },
    ),
    fc.constantFrom('8000-8010', '9-9').map((portRange) => ({
      name: endpointName,
      portRange,
      public: false,
      protocol: 'TCP' as const,
    })),
  )

const blockConfig: Arbitrary<BlockConfig> = fc.record(
  {
    initialContents: fc.record({ fromSnapshot: visibleText }),
    iops: fc.integer({ min: 3000, max: 80_000 }),
    throughput: fc.integer({ min: 125, max: 2000 }),
    encryption: fc.constantFrom('SNOWFLAKE_SSE', 'SNOWFLAKE_FULL'),
    snapshotOnDelete: fc.boolean(),
    snapshotDeleteAfter: fc.constantFrom('12h', '7d'),
  },
  { requiredKeys: [] },
)

const volume = (volumeName: string): Arbitrary<Volume> =>
  fc.oneof(
    fc.constant({ name: volumeName, source: 'local' as const }),
    fc
      .constantFrom('1Gi', '64Mi')
      .map((size) => ({ name: volumeName, source: 'memory' as const, size })),
    fc.record(
      {
        name: fc.constant(volumeName),
        source: fc.constant('block'),
        size: fc.integer({ min: 1, max: 65_536 }).map((size) => `${size}Gi`),
        uid: id,
        gid: id,
        blockConfig,
      },
      { requiredKeys: ['name', 'source', 'size'] },
    ),
    fc.record(
      {
        name: fc.constant(volumeName),
        source: fc.constant('stage'),
        uid: id,
        gid: id,
        stageConfig: stageName.chain((stage) =>
          fc.constantFrom('0', '0.25').map((cpu) => ({
            name: stage,
            metadataCache: '1h30m',
            resources: {
              requests: { memory: '0.5Gi', cpu },
              limits: { memory: '1Gi', cpu: '0.5' },
            },
          })),
        ),
      },
      { requiredKeys: ['name', 'source', 'stageConfig'] },
    ),
    fc.record(
      {
        name: fc.constant(volumeName),
        source: stageName.map((stage) => stage as `@${string}`),
        uid: id,
        gid: id,
      },
      { requiredKeys: ['name', 'source'] },
    ),
  )

const container = (containerName: string, volumes: readonly string[]): Arbitrary<Container> =>
  fc
    .record(
      {
        name: fc.constant(containerName),
        image: fc.constantFrom(
          '/db/s/r/n:t',
          'o-a.registry.snowflakecomputing.com/db/s/r/n:t',
          '/db/s/r/n',
        ),
        sha256: fc.constant(`@sha256:${'ab'.repeat(32)}`),
        command: fc.array(anyText),
        args: fc.array(anyText),
        env: fc.dictionary(visibleText, anyText, { noNullPrototype: true }),
        readinessProbe: probe,
        livenessProbe: probe,
        volumeMounts: fc.constant(
          volumes.map((each) => ({ name: each, mountPath: `/mnt/${each}` })),
        ),
        resources,
        secrets: fc.uniqueArray(secret, {
          maxLength: 2,
          selector: (each) => each.envVarName ?? '',
        }),
        mountSessionToken: fc.constant(true),
        sessionTokenConfig: token,
      },
      {
        requiredKeys: [
          'name',
          'image',
          'env',
          'volumeMounts',
          'resources',
          'secrets',
          'mountSessionToken',
        ],
      },
    )
    .filter(({ env, secrets }) => secrets.every(({ envVarName = '' }) => !(envVarName in env)))

const condition: Arbitrary<ScalingCondition> = fc
  .oneof(
    fc.record({ metricName: visibleText, targetScaling: fc.record({ targetValue: anyNumber }) }),
    fc.record({
      metricName: visibleText,
      labels: fc.dictionary(visibleText, visibleText, { noNullPrototype: true }),
      aggregationType: fc.constantFrom('min' as const, 'max' as const, 'avg' as const),
      stabilizationPeriodSecs: id,
      stepScaling: fc.record({
        adjustmentType: fc.constantFrom(
          'changeInstanceCount' as const,
          'exactInstanceCount' as const,
        ),
        scalingSteps: fc.array(fc.record({ lowerBound: anyNumber, targetAdjustment: anyNumber }), {
          maxLength: 2,
        }),
      }),
    }),
  )
  .map((metricCondition) => ({ metricCondition }))

const conditions = fc.array(condition, { maxLength: 2 })
const resourceManagement: Arbitrary<ResourceManagement> = fc.record({
  autoScalingPolicies: fc.record(
    {
      scaleUp: fc.record({ anyConditions: conditions }),
      scaleDown: fc.record({ allConditions: conditions }),
      suspend: fc.record({ allConditions: conditions }),
    },
    { requiredKeys: [] },
  ),
})

const logExporters: Arbitrary<LogExporters> = fc.record({
  eventTableConfig: fc.record({ logLevel: fc.constantFrom('INFO', 'ERROR', 'NONE') }),
})

const capabilities: Arbitrary<Capabilities> = fc.record({
  securityContext: fc.record({
    executeAsCaller: fc.boolean(),
    enableCustomCredentials: fc.boolean(),
  }),
})

const names = fc.uniqueArray(name, { maxLength: 3 })

/** Any specification that Snowflake takes, with every kind of field. */
export const anyServiceSpec: Arbitrary<ServiceSpec> = fc
  .record({
    containers: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
    endpoints: names,
    volumes: names,
  })
  .chain(({ containers, endpoints, volumes }) =>
    fc.record({
      spec: fc.record(
        {
          containers: fc.tuple(...containers.map((each) => container(each, volumes))),
          endpoints: fc.tuple(...endpoints.map(endpoint)),
          volumes: fc.tuple(...volumes.map(volume)),
          logExporters,
          platformMonitor: fc.record({
            metricConfig: fc.record({
              groups: fc.array(fc.constantFrom<MetricGroup>('system', 'storage')),
            }),
          }),
          resourceManagement,
        },
        { requiredKeys: ['containers', 'endpoints', 'volumes', 'logExporters', 'platformMonitor'] },
      ),
      serviceRoles: fc.constantFrom([], [{ name: 'api_role', endpoints }]),
      capabilities,
    }),
  )
  // fast-check makes records without a prototype.
  .map((spec) => structuredClone(spec))
