/**
 * A service specification as Snowflake understands it: what its YAML says, with defaults filled in.
 *
 * @see https://docs.snowflake.com/en/developer-guide/snowpark-container-services/specification-reference
 */
export interface ServiceSpec {
  readonly spec: ServiceSpecBody
  readonly serviceRoles: readonly ServiceRole[]
  readonly capabilities: Capabilities
}

/** What runs in each instance of the service, and how it is reached. */
export interface ServiceSpecBody {
  /** 1 to 20; they share one network, so they reach each other on `localhost`. */
  readonly containers: readonly Container[]
  readonly endpoints: readonly Endpoint[]
  readonly volumes: readonly Volume[]
  readonly logExporters: LogExporters
  readonly platformMonitor: PlatformMonitor
  /** Without it an instance range scales by Snowflake's own CPU rule. */
  readonly resourceManagement?: ResourceManagement
}

export interface Container {
  readonly name: string
  /** See {@link parseImageReference} for its parts. */
  readonly image: string
  /** The pinned digest `@sha256:<hex>`, which DESCRIBE SERVICE adds. */
  readonly sha256?: string
  /** Takes the place of the image's ENTRYPOINT. */
  readonly command?: readonly string[]
  /** Takes the place of the image's CMD. */
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly volumeMounts: readonly VolumeMount[]
  readonly resources: Resources
  readonly secrets: readonly ContainerSecret[]
  /** False leaves the session token out of this container. */
  readonly mountSessionToken: boolean
  readonly sessionTokenConfig?: SessionTokenConfig
}

/** An HTTP GET that succeeds with status 200. */
export interface Probe {
  readonly port: number
  readonly path: string
  readonly periodSeconds: number
  readonly failureThreshold: number
}

export interface VolumeMount {
  /** Name of a volume of the same specification. */
  readonly name: string
  readonly mountPath: string
}

export interface Resources {
  /** What a container may use at most; what is missing here is the node's capacity. */
  readonly limits?: ResourceQuantities
  /** What a container is promised, filled in: the smaller of 0.5 and the limit. */
  readonly requests: ResourceRequests
}

/** Quantities as text: read them with {@link parseMemory} and {@link parseCpu}. */
export interface ResourceQuantities {
  readonly memory?: string
  readonly cpu?: string
  readonly 'nvidia.com/gpu'?: number
}

export interface ResourceRequests extends ResourceQuantities {
  readonly memory: string
  readonly cpu: string
}

/** A secret, given either as files in a folder or as one environment variable. */
export interface ContainerSecret {
  readonly snowflakeSecret: SnowflakeSecret
  /** Absolute folder that gets one file for each key of the secret. */
  readonly directoryPath?: string
  readonly envVarName?: string
  readonly secretKeyRef?: 'username' | 'password' | 'secret_string' | 'access_token'
}

/** Exactly one of the two; a plain name in YAML is its `objectName`. */
export interface SnowflakeSecret {
  readonly objectName?: string
  readonly objectReference?: string
}

/** Holds at least one field. */
export interface SessionTokenConfig {
  /** Absolute folder of the token, in place of `/snowflake/session`. */
  readonly path?: string
  /** Mode of the token file; Snowflake's default is 0644. */
  readonly permission?: '0400' | '0600' | '0640' | '0644'
  /** True writes a `connections.toml` and sets SNOWFLAKE_HOME to its folder. */
  readonly mountConnectionConfig?: boolean
}

/** Has either `port` or `portRange`. */
export interface Endpoint {
  readonly name: string
  readonly port?: number
  /** `8000-8010`; TCP and private only. */
  readonly portRange?: string
  readonly public: boolean
  readonly protocol: 'HTTP' | 'TCP'
  readonly corsSettings?: CorsSettings
}

export interface CorsSettings {
  /** Scheme, host and maybe port of each origin; no path, no `*`. */
  readonly 'Access-Control-Allow-Origin': readonly string[]
  readonly 'Access-Control-Allow-Methods'?: readonly string[]
  readonly 'Access-Control-Allow-Headers'?: readonly string[]
  readonly 'Access-Control-Expose-Headers'?: readonly string[]
}

export type Volume = LocalVolume | MemoryVolume | BlockVolume | StageVolume | LegacyStageVolume

/** The node's disk, shared by the containers of one instance and lost with it. */
export interface LocalVolume {
  readonly name: string
  readonly source: 'local'
}

/** A file system in RAM; counts toward the memory of the containers that mount it. */
export interface MemoryVolume {
  readonly name: string
  readonly source: 'memory'
  readonly size: string
}

/** A network disk for each instance, kept over suspends and upgrades. */
export interface BlockVolume {
  readonly name: string
  readonly source: 'block'
  /** Whole gibibytes: `10Gi`. */
  readonly size: string
  readonly uid?: number
  readonly gid?: number
  readonly blockConfig?: BlockConfig
}

export interface BlockConfig {
  readonly initialContents?: { readonly fromSnapshot: string }
  readonly iops?: number
  /** MiB per second. */
  readonly throughput?: number
  readonly encryption?: 'SNOWFLAKE_SSE' | 'SNOWFLAKE_FULL'
  /** Snowflake's default is true for services, false for jobs. */
  readonly snapshotOnDelete?: boolean
  /** `12h` or `7d`. */
  readonly snapshotDeleteAfter?: string
}

/** A folder of an internal stage, streamed: no append, no random write, no rename. */
export interface StageVolume {
  readonly name: string
  readonly source: 'stage'
  readonly uid?: number
  readonly gid?: number
  readonly stageConfig: StageConfig
}

export interface StageConfig {
  /** `@[db.][schema.]stage[/path]`. */
  readonly name: string
  /** `30s`, `5m`, `1h30m45s`; without it nothing is cached. */
  readonly metadataCache?: string
  /** Of the container that serves the mount. */
  readonly resources: StageMountResources
}

export interface StageMountResources {
  readonly requests: StageMountQuantities
  readonly limits: StageMountQuantities
}

export interface StageMountQuantities {
  readonly memory: string
  readonly cpu: string
}

/** The deprecated first form of a stage volume, where the source is the stage itself. */
export interface LegacyStageVolume {
  readonly name: string
  readonly source: `@${string}`
  readonly uid?: number
  readonly gid?: number
}

export interface LogExporters {
  readonly eventTableConfig: {
    /** INFO exports stdout and stderr, ERROR stderr alone. */
    readonly logLevel: 'INFO' | 'ERROR' | 'NONE'
  }
}

export interface PlatformMonitor {
  readonly metricConfig: { readonly groups: readonly MetricGroup[] }
}

export type MetricGroup = 'system' | 'system_limits' | 'status' | 'network' | 'storage'

export interface ResourceManagement {
  readonly autoScalingPolicies: AutoScalingPolicies
}

export interface AutoScalingPolicies {
  readonly scaleUp?: { readonly anyConditions: readonly ScalingCondition[] }
  readonly scaleDown?: { readonly allConditions: readonly ScalingCondition[] }
  readonly suspend?: { readonly allConditions: readonly ScalingCondition[] }
}

export interface ScalingCondition {
  readonly metricCondition: MetricCondition
}

/** Has at most one of `targetScaling` and `stepScaling`. */
export interface MetricCondition {
  readonly metricName: string
  readonly labels?: Readonly<Record<string, string>>
  readonly aggregationType?: 'min' | 'max' | 'avg'
  readonly stabilizationPeriodSecs?: number
  readonly targetScaling?: { readonly targetValue: number }
  readonly stepScaling?: StepScaling
}

export interface StepScaling {
  readonly adjustmentType:
    | 'changeInstanceCount'
    | 'exactInstanceCount'
    | 'percentChangeInstanceCount'
  readonly scalingSteps: readonly ScalingStep[]
}

export interface ScalingStep {
  readonly lowerBound?: number
  readonly upperBound?: number
  readonly targetAdjustment: number
}

export interface Capabilities {
  readonly securityContext: {
    /** True turns on caller's rights. */
    readonly executeAsCaller: boolean
    /** True lets a container log in with other credentials than its token. */
    readonly enableCustomCredentials: boolean
  }
}

/** A role on the service itself, granted as `service!role`. */
export interface ServiceRole {
  readonly name: string
  readonly endpoints: readonly string[]
}
