import type {
  ComputePool,
  Database,
  DeployedFunction,
  DesiredState,
  ExternalAccessIntegration,
  Grant,
  ImageRepository,
  NetworkRule,
  Role,
  Service,
  ServiceProperties,
  ServiceSource,
  Stage,
  StageText,
  User,
  Warehouse,
} from '@spcs/deploy'
import type {
  AssetScript,
  Deployment,
  ExistingObjects,
  Workload,
  WorkloadBuild,
  WorkloadFunction,
} from '../config.ts'
import {
  anyOf,
  anyText,
  type Check,
  type FieldChecks,
  fields,
  flag,
  isRecord,
  list,
  optional,
  record,
  secret,
  text,
  whole,
  wrong,
} from './checks.ts'

/** An object that `defineServiceFunction()` made; what is in it has been checked there. */
const definition: Check = (value, path) =>
  isRecord(value) && typeof value['name'] === 'string' && typeof value['path'] === 'string'
    ? []
    : wrong(value, path, 'must come from defineServiceFunction()')

const comment = optional(anyText)

const grant: Check = anyOf(
  fields<Extract<Grant, { privilege: string }>>({
    privilege: text,
    on: anyOf(text, fields<{ kind: string; name: string }>({ kind: text, name: text })),
    toRole: text,
  }),
  fields<Extract<Grant, { toUser: string }>>({ role: text, toUser: text }),
  fields<{ role: string; toRole: string }>({ role: text, toRole: text }),
  fields<Extract<Grant, { serviceRole: object }>>({
    serviceRole: fields<{ service: string; name: string }>({ service: text, name: text }),
    toRole: text,
  }),
)

const serviceProperties: FieldChecks<ServiceProperties> = {
  autoSuspendSecs: optional(whole(0)),
  externalAccessIntegrations: optional(list(text)),
  autoResume: optional(flag),
  minInstances: optional(whole(0)),
  minReadyInstances: optional(whole(0)),
  maxInstances: optional(whole(1)),
  logLevel: optional(text),
  queryWarehouse: optional(text),
  comment,
}

const state: Check = fields<DesiredState>({
  roles: optional(list(fields<Role>({ name: text, comment }))),
  users: optional(
    list(
      fields<User>({
        name: text,
        password: optional(secret),
        defaultRole: optional(text),
        defaultWarehouse: optional(text),
        mustChangePassword: optional(flag),
        comment,
      }),
    ),
  ),
  databases: optional(list(fields<Database>({ name: text, comment }))),
  warehouses: optional(
    list(
      fields<Warehouse>({
        name: text,
        size: optional(text),
        autoSuspendSecs: optional(whole(0)),
        autoResume: optional(flag),
        initiallySuspended: optional(flag),
        comment,
      }),
    ),
  ),
  stages: optional(list(fields<Stage>({ name: text, directory: optional(flag), comment }))),
  networkRules: optional(list(fields<NetworkRule>({ name: text, hosts: list(text), comment }))),
  externalAccessIntegrations: optional(
    list(
      fields<ExternalAccessIntegration>({
        name: text,
        networkRules: list(text),
        enabled: optional(flag),
        comment,
      }),
    ),
  ),
  computePools: optional(
    list(
      fields<ComputePool>({
        name: text,
        minNodes: whole(1),
        maxNodes: whole(1),
        instanceFamily: text,
        autoResume: optional(flag),
        initiallySuspended: optional(flag),
        autoSuspendSecs: optional(whole(0)),
        comment,
      }),
    ),
  ),
  imageRepositories: optional(list(fields<ImageRepository>({ name: text, comment }))),
  files: optional(list(fields<StageText>({ path: text, text: anyText }))),
  services: optional(
    list(
      fields<Service>({
        ...serviceProperties,
        name: text,
        computePool: text,
        source: fields<ServiceSource>({
          text: anyText,
          stageFile: optional(text),
          using: optional(record(() => [])),
          digests: optional(record(text)),
        }),
      }),
    ),
  ),
  functions: optional(
    list((value, path) =>
      isRecord(value)
        ? definition((value as Partial<DeployedFunction>).definition, `${path}.definition`)
        : wrong(value, path, 'must be an object'),
    ),
  ),
  grants: optional(list(grant)),
})

const build: Check = fields<WorkloadBuild>({
  prepare: optional(
    list(
      fields<AssetScript>({
        script: text,
        folder: text,
        sources: optional(list(text)),
        to: text,
      }),
    ),
  ),
  entryPoints: optional(record(text)),
  ownGlobals: optional(record(list(text))),
  external: optional(list(text)),
  assets: optional(list(fields<{ from: string; to: string }>({ from: text, to: text }))),
})

const workload: Check = fields<Workload>({
  ...serviceProperties,
  name: text,
  entryPoint: optional(text),
  build: optional(build),
  port: whole(1, 65_535),
  spec: text,
  specOnStage: text,
  dockerfile: optional(text),
  baseImage: optional(text),
  service: text,
  computePool: text,
  functions: list(fields<WorkloadFunction>({ definition, name: text, endpoint: text })),
  serviceRoles: optional(
    list(fields<{ name: string; toRole: string }>({ name: text, toRole: text })),
  ),
  users: optional(list(text)),
})

const names = optional(list(text))

/** What `describe` of a configuration gives back. */
export const deployment: Check = fields<Deployment>({
  adminRole: text,
  role: text,
  database: text,
  schema: text,
  warehouse: text,
  account: state,
  objects: state,
  existing: optional(
    fields<ExistingObjects>({
      roles: names,
      users: names,
      databases: names,
      warehouses: names,
      stages: names,
      networkRules: names,
      externalAccessIntegrations: names,
      computePools: names,
      imageRepositories: names,
    }),
  ),
  imageRepository: text,
  baseImage: optional(text),
  workloads: list(workload),
})
