export { type CheckedTemplate, checkTemplate, type TemplateVariable } from './check-template.ts'
export { SpecError, type SpecErrorCode, type SpecErrorOptions, type SpecProblem } from './errors.ts'
export { type ImageReference, parseImageReference, printImageReference } from './image-reference.ts'
export { serviceSpecSchema } from './json-schema.ts'
export { nearestName } from './nearest-name.ts'
export { type NodeCapacity, withNodeCapacity } from './node-capacity.ts'
export {
  type CheckedServiceSpec,
  checkServiceSpec,
  parseServiceSpec,
  type ParseServiceSpecOptions,
} from './parse-service-spec.ts'
export { printServiceSpec } from './print-service-spec.ts'
export { parseCpu, parseMemory } from './quantity.ts'
export { renderTemplate } from './render-template.ts'
export type {
  AutoScalingPolicies,
  BlockConfig,
  BlockVolume,
  Capabilities,
  Container,
  ContainerSecret,
  CorsSettings,
  Endpoint,
  LegacyStageVolume,
  LocalVolume,
  LogExporters,
  MemoryVolume,
  MetricCondition,
  MetricGroup,
  PlatformMonitor,
  Probe,
  ResourceManagement,
  ResourceQuantities,
  ResourceRequests,
  Resources,
  ScalingCondition,
  ScalingStep,
  ServiceRole,
  ServiceSpec,
  ServiceSpecBody,
  SessionTokenConfig,
  SnowflakeSecret,
  StageConfig,
  StageMountQuantities,
  StageMountResources,
  StageVolume,
  StepScaling,
  Volume,
  VolumeMount,
} from './service-spec.ts'
export type { JsonSchema } from './shapes/shape.ts'
export { decodeUsingValue, printUsing, type TemplateValue } from './using.ts'
